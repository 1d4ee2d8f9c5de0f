import { isDeepStrictEqual } from 'node:util';
import { applyPatch, structuredPatch } from 'diff';
import { type Found, find, removeFolders, replace, sameBytes } from './file.ts';
import { type Entry, isEmpty, isObject, nameOf, type Path, valueAt } from './formats/index.ts';
import type { ChangedFile } from './store.ts';
import { editBytes, parseBytes } from './text.ts';
import type { Target, ToolFile } from './tool.ts';

/** What is to become of one file. */
export interface Change {
  /** As the tool knows it, before any links. */
  path: string;
  found: Found;
  after: Buffer | null;
}

/** A file that is to point at the gateway. */
export interface PointedFile extends Change {
  after: Buffer;
  file: ChangedFile;
}

/**
 * How a file comes to point at a target. `earlier`: what was done to it before; where nobody has changed it since, that is undone
 * first, else it is changed as it stands and remembers what it was at the very first. Throws `conflict`.
 */
export async function pointFile(
  file: ToolFile,
  target: Target,
  earlier: ChangedFile | undefined,
): Promise<PointedFile> {
  const { path, format, fresh = '' } = file;
  const found = await find(path);
  const isOurs = earlier !== undefined && sameBytes(found.bytes, Buffer.from(earlier.written, 'base64'));
  const original = earlier === undefined ? found.bytes : bytesOf(earlier.original);
  const entries = file.entries(target);
  const base = (isOurs ? original : found.bytes) ?? Buffer.from(fresh);
  const after = editBytes(path, format, base, entries);
  const kept = { path, format, entries, folders: earlier?.folders ?? [] };
  const written = after.toString('base64');
  return { path, found, after, file: { ...kept, original: original?.toString('base64') ?? null, written } };
}

/**
 * How a file becomes what it was: byte for byte where nobody has changed it since, else our entries are taken out of it and those that
 * somebody changed stay. `notes` says what stays, for a person. Throws `conflict` where it cannot be read.
 */
export async function restoreFile(file: ChangedFile): Promise<Change & { notes: string[] }> {
  const found = await find(file.path);
  const original = bytesOf(file.original);
  const change = { path: file.path, found, notes: [] };
  if (sameBytes(found.bytes, Buffer.from(file.written, 'base64'))) return { ...change, after: original };
  if (found.bytes === null || sameBytes(found.bytes, original)) return { ...change, after: found.bytes };
  const { after, notes } = takeOut(file, found.bytes, original);
  return { ...change, notes, after: after === null ? null : (mergeBack(file, found.bytes, after) ?? after) };
}

/**
 * The lines that were changed, changed back, where they still stand and this means the same as taking the entries out: it is nearer to
 * how the file was written.
 */
function mergeBack({ path, format, original, written }: ChangedFile, bytes: Buffer, after: Buffer): Buffer | undefined {
  const [then, now, was] = [written, bytes.toString('base64'), original ?? ''].map(textOf);
  const patch = structuredPatch(path, path, then ?? '', was ?? '', '', '', { context: 2 });
  const merged = applyPatch(now ?? '', patch, { autoConvertLineEndings: false, fuzzFactor: 2 });
  if (merged === false) return undefined;
  const candidate = Buffer.from(merged);
  try {
    const isSame = isDeepStrictEqual(parseBytes(path, format, candidate), parseBytes(path, format, after));
    return isSame ? candidate : undefined;
  } catch {
    return undefined;
  }
}

function takeOut(
  { path, format, entries }: ChangedFile,
  bytes: Buffer,
  original: Buffer | null,
): { after: Buffer | null; notes: string[] } {
  const before = parseBytes(path, format, original);
  const notes: string[] = [];
  let after = bytes;
  for (const { path: place, value } of entries) {
    const now = valueAt(parseBytes(path, format, after), place);
    if (now === undefined) continue;
    if (!isDeepStrictEqual(now, value) && !isKeptWithin(now, value)) {
      notes.push(`"${nameOf(place)}" in ${path} was changed by somebody else and stays as it is.`);
      continue;
    }
    after = editBytes(path, format, after, [{ path: place, value: valueAt(before, place) }]);
    after = prune({ path, format }, after, { place, before });
  }
  const isBlank = original === null && /^\s*(\{\s*\})?\s*$/.test(after.toString());
  return { after: isBlank ? null : after, notes };
}

/** An object of ours in which somebody has put more, such as another model, is still ours. */
function isKeptWithin(now: unknown, value: unknown): boolean {
  if (!isObject(now) || !isObject(value)) return isDeepStrictEqual(now, value);
  return Object.entries(value).every(([name, inner]) => isKeptWithin(now[name], inner));
}

/** Without the objects and lists on the way to an entry that are empty now and were not there before. */
function prune(
  file: Pick<ChangedFile, 'path' | 'format'>,
  bytes: Buffer,
  entry: { place: Path; before: unknown },
): Buffer {
  let after = bytes;
  for (let parent = entry.place.slice(0, -1); parent.length > 0; parent = parent.slice(0, -1)) {
    const now = valueAt(parseBytes(file.path, file.format, after), parent);
    if (!isEmpty(now) || valueAt(entry.before, parent) !== undefined) break;
    const gone: Entry = { path: parent, value: undefined };
    after = editBytes(file.path, file.format, after, [gone]);
  }
  return after;
}

/** Writes all, or where one fails takes back those that were written. Gives the folders made for each. */
export async function applyAll(changes: readonly Change[]): Promise<string[][]> {
  const made: string[][] = [];
  try {
    for (const { found, after } of changes) made.push(sameBytes(found.bytes, after) ? [] : await replace(found, after));
    return made;
  } catch (thrown) {
    for (const [index, folders] of made.entries()) {
      const { found, after } = changes[index] as Change;
      if (!sameBytes(found.bytes, after))
        await replace({ path: found.path, bytes: after }, found.bytes).catch(() => []);
      await removeFolders(folders);
    }
    throw thrown;
  }
}

const textOf = (text: string) => Buffer.from(text, 'base64').toString();
const bytesOf = (text: string | null) => (text === null ? null : Buffer.from(text, 'base64'));
