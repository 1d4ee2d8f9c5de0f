/** A step into a configuration: the name of a member, or the element of a list whose member `key` is `value`. */
export type Step = string | { key: string; value: string };
export type Path = readonly Step[];

/** A value at its place. As something to set, `undefined` takes the value away. */
export interface Entry {
  path: Path;
  value: unknown;
}

export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) value = typeof step === 'string' ? memberOf(value, step) : elementOf(value, step);
  return value;
}

/** A copy with one value set; what lies on the way to it is made. Throws a `TypeError` where something else is in the way. */
export function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  // A name without a value, as in YAML, holds nothing.
  if (root === null) return withValue(undefined, path, value);
  if (typeof step === 'string') {
    if (root !== undefined && !isObject(root)) throw new TypeError(`${nameOf(path)} is in a place that is no object.`);
    const next = withValue(memberOf(root, step), rest, value);
    const others = Object.entries(root ?? {}).filter(([name]) => name !== step);
    if (next === undefined) return Object.fromEntries(others);
    return memberOf(root, step) === undefined
      ? Object.fromEntries([...others, [step, next]])
      : Object.fromEntries(Object.entries(root ?? {}).map(([name, old]) => [name, name === step ? next : old]));
  }
  if (root !== undefined && !Array.isArray(root)) throw new TypeError(`${nameOf(path)} is in a place that is no list.`);
  const list: unknown[] = root ?? [];
  const index = indexOf(list, step);
  const next = withValue(list[index], rest, value);
  if (index < 0) return next === undefined ? list : [...list, next];
  return next === undefined ? list.toSpliced(index, 1) : list.with(index, next);
}

/** A copy without the empty objects and lists on the way to a place. */
export function withoutEmpty(root: unknown, path: Path): unknown {
  let pruned = root;
  for (let parent = path.slice(0, -1); parent.length > 0; parent = parent.slice(0, -1)) {
    if (!isEmpty(valueAt(pruned, parent))) break;
    pruned = withValue(pruned, parent, undefined);
  }
  return pruned;
}

export function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

export function indexOf(list: readonly unknown[], { key, value }: { key: string; value: string }): number {
  return list.findIndex((element) => memberOf(element, key) === value);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Objects as literals make them: those of some parsers have no prototype, which tells them from others. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

/** How a person is told of a place. */
export function nameOf(path: Path): string {
  return path.map((step) => (typeof step === 'string' ? step : step.value)).join('.');
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function elementOf(value: unknown, step: { key: string; value: string }): unknown {
  return Array.isArray(value) ? value[indexOf(value, step)] : undefined;
}
