import { Tooltip } from '@mantine/core';
import { ago, exactTime } from '../format.ts';
import { useNow } from '../now.ts';

/** A time as people say it; the exact one on hover. */
export function Ago({ atMs }: { atMs: number }) {
  const nowMs = useNow();
  return (
    <Tooltip label={exactTime(atMs)}>
      <time dateTime={new Date(atMs).toISOString()}>{ago(atMs, Math.max(nowMs, atMs))}</time>
    </Tooltip>
  );
}
