import type { JsonObject } from '../../chat.ts';
import { isObject } from './fields.ts';

/** Arguments of one call that arrive in pieces (Vertex, `streamFunctionCallArguments`). */
export interface PartialArguments {
  /** Takes `partialArgs`: each a JSON path and a value; strings that belong to one path are joined. */
  add(pieces: unknown): void;
  /** All that came, as JSON text. */
  end(): string;
}

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling#streaming-fc (read 2026-08). */
export function createPartialArguments(whole: unknown): PartialArguments {
  const root: JsonObject = isObject(whole) ? { ...whole } : {};
  /** Text so far of strings that are still being written, by path. */
  const strings = new Map<string, string>();

  return {
    add(pieces) {
      if (!Array.isArray(pieces)) return;
      for (const piece of pieces) {
        if (!isObject(piece) || typeof piece.jsonPath !== 'string') continue;
        const steps = stepsOf(piece.jsonPath);
        if (steps.length === 0) continue;
        if (typeof piece.stringValue !== 'string') {
          setAt(root, steps, piece.numberValue ?? piece.boolValue ?? null);
          continue;
        }
        const text = (strings.get(piece.jsonPath) ?? '') + piece.stringValue;
        if (piece.willContinue === true) strings.set(piece.jsonPath, text);
        else strings.delete(piece.jsonPath);
        setAt(root, steps, text);
      }
    },
    end: () => JSON.stringify(root),
  };
}

/** `$.a[0]['b c']` → `a`, 0, `b c`. */
function stepsOf(path: string): (string | number)[] {
  const steps: (string | number)[] = [];
  for (const match of path.matchAll(/\.([^.[\]]+)|\[(\d{1,4})\]|\['([^']*)'\]|\["([^"]*)"\]/g)) {
    const [, plain, position, single, double] = match;
    steps.push(position === undefined ? (plain ?? single ?? double ?? '') : Number(position));
  }
  return steps;
}

/** Defines members instead of assigning them, so that a path of `__proto__` stays data. */
function setAt(root: JsonObject, steps: (string | number)[], value: unknown): void {
  let node: object = root;
  for (const [depth, step] of steps.entries()) {
    const isLast = depth === steps.length - 1;
    const known: unknown = Object.hasOwn(node, step) ? Reflect.get(node, step) : undefined;
    const fresh = typeof steps[depth + 1] === 'number' ? [] : {};
    const next: unknown = isLast ? value : typeof known === 'object' && known !== null ? known : fresh;
    Object.defineProperty(node, step, { value: next, enumerable: true, writable: true, configurable: true });
    if (typeof next === 'object' && next !== null) node = next;
  }
}
