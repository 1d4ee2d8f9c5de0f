import { getNodeValue, modify, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { type Format, linesOf, splice } from './format.ts';
import { indexOf, type Path, plain, type Step } from './path.ts';

const options = { allowTrailingComma: true, disallowComments: false };

/** JSON, also with comments and trailing commas. */
export const jsonc: Format = {
  parse(text) {
    if (text.trim() === '') return {};
    return plain(getNodeValue(read(text)));
  },
  set(text, path, value) {
    const whole = text.trim() === '' ? '{}\n' : text;
    const root = read(whole);
    return value === undefined ? remove(whole, root, path) : put(whole, root, path, value);
  },
};

function read(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, options);
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split('\n').length;
    throw new SyntaxError(`line ${line}: ${printParseErrorCode(first.error)}`);
  }
  if (root?.type !== 'object') throw new SyntaxError('it holds no JSON object');
  return root;
}

function put(text: string, parent: Node, path: Path, value: unknown): string {
  const [step, ...rest] = path;
  if (step === undefined) return replace(text, parent, value);
  const child = childOf(parent, step);
  if (child !== undefined) return put(text, child, rest, value);
  return insert(text, parent, step, nest(rest, value));
}

/** The value with what lies on the way to it. */
function nest(path: Path, value: unknown): unknown {
  return path.reduceRight((inner, step) => (typeof step === 'string' ? { [step]: inner } : [inner]), value);
}

/** A later member of the same name is the one that counts. */
function childOf(parent: Node, step: Step): Node | undefined {
  const children = parent.children ?? [];
  if (typeof step !== 'string') return children[indexOf(children.map(getNodeValue), step)];
  if (parent.type !== 'object') return undefined;
  return children.findLast((property) => property.children?.[0]?.value === step)?.children?.[1];
}

function replace(text: string, node: Node, value: unknown): string {
  const written = stringify(value, indentAt(text, node.offset), unitOf(text));
  return splice(text, node.offset, node.offset + node.length, written);
}

function insert(text: string, parent: Node, step: Step, value: unknown): string {
  const name = typeof step === 'string' ? `${JSON.stringify(step)}: ` : '';
  const outer = indentAt(text, parent.offset);
  const unit = unitOf(text);
  const last = parent.children?.at(-1);
  const close = parent.offset + parent.length - 1;
  if (last === undefined) {
    const kept = text.slice(parent.offset + 1, close).trimEnd();
    const written = `${kept}\n${outer}${unit}${name}${stringify(value, outer + unit, unit)}\n${outer}`;
    return splice(text, parent.offset + 1, close, written);
  }
  const end = last.offset + last.length;
  if (!text.slice(parent.offset, close).includes('\n')) {
    return splice(text, end, end, `, ${name}${JSON.stringify(value)}`);
  }
  const indent = indentAt(text, last.offset);
  const written = `\n${indent}${name}${stringify(value, indent, unit)}`;
  // What follows on the line of the last member, such as a comment, stays with it.
  const [tail = '', comma] = /^[ \t]*(,)?[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*?\*\/[ \t]*(?=\n))?/.exec(text.slice(end)) ?? [];
  const after = end + tail.trimEnd().length;
  return comma === undefined
    ? splice(splice(text, after, after, written), end, end, ',')
    : splice(text, after, after, written);
}

function remove(text: string, root: Node, path: Path): string {
  const steps: (string | number)[] = [];
  let node: Node | undefined = root;
  for (const step of path) {
    if (node === undefined) return text;
    steps.push(typeof step === 'string' ? step : indexOf((node.children ?? []).map(getNodeValue), step));
    node = childOf(node, step);
  }
  if (node === undefined) return text;
  return modify(text, steps, undefined, {}).reduceRight(
    (now, { offset, length, content }) => splice(now, offset, offset + length, content),
    text,
  );
}

function stringify(value: unknown, indent: string, unit: string): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', `\n${indent}`);
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** How deep the file indents: as its first indented line does. */
function unitOf(text: string): string {
  const found = linesOf(text).find(({ words }) => /^[ \t]+["[{]/.test(words));
  return /^[ \t]+/.exec(found?.words ?? '')?.[0].slice(0, 8) ?? '  ';
}
