import { structuredPatch } from 'diff';
import type { FileDiff } from '../../contract/connect.ts';
import type { Change } from './change.ts';
import { mask } from './mask.ts';

const kinds = { '+': 'added', '-': 'removed', ' ': 'same' } as const;

/** What a change does to a file, line by line, without any secret that the file holds. */
export function diffOf({ path, found, after }: Change): FileDiff {
  const [before, now] = [found.bytes, after].map((bytes) => bytes?.toString('utf8').replaceAll('\r\n', '\n') ?? '');
  const { hunks } = structuredPatch(path, path, before ?? '', now ?? '', '', '', { context: 2 });
  const lines = hunks.flatMap(({ lines: all, oldStart }, index) => [
    ...(index > 0 || oldStart > 1 ? [{ kind: 'skipped' as const, text: '' }] : []),
    ...all.flatMap((line) => {
      const kind = kinds[line[0] as keyof typeof kinds];
      return kind === undefined ? [] : [{ kind, text: mask(line.slice(1)) }];
    }),
  ]);
  const change =
    found.bytes === null ? 'created' : after === null ? 'deleted' : hunks.length === 0 ? 'none' : 'changed';
  return { path, change, lines };
}
