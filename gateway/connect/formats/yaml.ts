import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, stringify, type YAMLMap } from 'yaml';
import { append, type Format, splice } from './format.ts';
import { indexOf, isObject } from './path.ts';

/**
 * YAML, as far as tools of ours need it: members of the top, and elements of the lists there. The document tells where things
 * stand and the text is spliced: written anew by the library, long lines and blanks would not be as they were.
 */
export const yaml: Format = {
  parse(text) {
    const value: unknown = read(text).toJS();
    if (value === null) return {};
    if (!isObject(value)) throw new SyntaxError('it holds no mapping');
    return value;
  },
  set(text, [name, element], value) {
    const { contents } = read(text);
    const pair = isMap(contents) ? pairOf(contents, String(name)) : undefined;
    if (element === undefined || typeof element === 'string') return setMember(text, pair, String(name), value);
    const list = pair?.value;
    if (!isSeq(list) || list.items.length === 0) {
      if (value === undefined) return text;
      const written = `${String(name)}:\n${item(value, '  ')}`;
      return pair === undefined ? append(text, written) : splice(text, ...spanOf(pair), written);
    }
    if (list.flow === true) return text;
    const index = indexOf(list.toJSON(), element);
    const node = list.items[index] as Node | undefined;
    if (node !== undefined) {
      // The last one takes the name of the list with it: alone it would mean null.
      if (value === undefined && list.items.length === 1) return setMember(text, pair, String(name), undefined);
      const [from, to] = lineSpan(text, node);
      return splice(text, from, to, value === undefined ? '' : `${item(value, indentAt(text, node))}\n`);
    }
    if (value === undefined) return text;
    const last = list.items.at(-1) as Node;
    const [, end] = lineSpan(text, last);
    const written = `${item(value, indentAt(text, last))}\n`;
    return splice(text, end, end, text.slice(0, end).endsWith('\n') ? written : `\n${written}`);
  },
};

function read(text: string) {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [first] = document.errors;
  if (first !== undefined) throw new SyntaxError(first.message.split('\n')[0]?.replace(/:$/, '') ?? 'it is no YAML');
  return document;
}

function pairOf(map: YAMLMap, name: string): Pair<Node, Node | null> | undefined {
  const found = map.items.find(({ key }) => isScalar(key) && key.value === name);
  return found as Pair<Node, Node | null> | undefined;
}

function setMember(text: string, pair: Pair<Node, Node | null> | undefined, name: string, value: unknown): string {
  if (pair === undefined) return value === undefined ? text : append(text, `${name}: ${scalar(value)}`);
  if (value === undefined) {
    const [from, to] = spanOf(pair);
    const end = from + text.slice(from, to).trimEnd().length;
    return splice(text, text.lastIndexOf('\n', from - 1) + 1, lineEnd(text, end), '');
  }
  const [from, to] = pair.value?.range ?? [0, 0];
  if (from === to) return splice(text, ...spanOf(pair), `${name}: ${scalar(value)}`);
  // A block of several lines has its last line end within it.
  return splice(text, from, from + text.slice(from, to).trimEnd().length, scalar(value));
}

const scalar = (value: unknown) => stringify(value, { lineWidth: 0 }).trimEnd();

/** An element of a list, each line of it indented. */
function item(value: unknown, indent: string): string {
  return stringify([value], { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map((line) => indent + line)
    .join('\n');
}

function spanOf({ key, value }: Pair<Node, Node | null>): [number, number] {
  const start = key.range?.[0] ?? 0;
  const colon = key.range?.[1] ?? start;
  return [start, value?.range?.[1] === undefined || value.range[1] <= colon ? colon + 1 : value.range[1]];
}

/** From the start of the line where an element's dash stands to the start of the line after its end. */
function lineSpan(text: string, node: Node): [number, number] {
  const [from, to] = node.range ?? [0, 0];
  const trimmed = from + text.slice(from, to).trimEnd().length;
  return [text.lastIndexOf('\n', from - 1) + 1, lineEnd(text, trimmed)];
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function indentAt(text: string, node: Node): string {
  const [start] = lineSpan(text, node);
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
}
