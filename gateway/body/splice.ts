import type { Body } from './read.ts';

/**
 * The body's bytes with top-level members set to the given JSON texts: those that are there are replaced in place, others go first.
 * All other bytes stay as received, in slices, not copies.
 */
export function setMembers(body: Body, values: Readonly<Record<string, string>>): Buffer[] {
  const { bytes, members } = body;
  const edits: { start: number; end: number; text: string }[] = [];
  let added = '';
  for (const name in values) {
    const text = values[name] ?? 'null';
    const span = members.get(name);
    if (span === undefined) added += `${JSON.stringify(name)}:${text},`;
    else edits.push({ ...span, text });
  }
  const open = bytes.indexOf(0x7b) + 1;
  if (added !== '') edits.push({ start: open, end: open, text: members.size === 0 ? added.slice(0, -1) : added });
  if (edits.length > 1) edits.sort((a, b) => a.start - b.start);
  const slices: Buffer[] = [];
  let position = 0;
  for (const { start, end, text } of edits) {
    slices.push(bytes.subarray(position, start), Buffer.from(text));
    position = end;
  }
  slices.push(bytes.subarray(position));
  return slices;
}
