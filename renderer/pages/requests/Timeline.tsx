import { Box, Group, Stack, Text } from '@mantine/core';
import type { RequestDetail } from '../../../contract/index.ts';
import { errorName } from '../../failure.ts';
import { duration } from '../../format.ts';
import { type MessageKey, t } from '../../i18n/index.ts';
import { type Span, spansOf } from './spans.ts';

const looks: Record<Span['kind'], { name: MessageKey; color: string }> = {
  queue: { name: 'detail.receiving', color: 'var(--mantine-color-gray-6)' },
  route: { name: 'detail.classifying', color: 'var(--warn)' },
  failed: { name: 'detail.failedCalls', color: 'var(--bad)' },
  pause: { name: 'detail.pauses', color: 'var(--mantine-color-default-border)' },
  firstByte: { name: 'detail.untilFirstByte', color: 'var(--mantine-color-gray-5)' },
  answer: { name: 'detail.answering', color: 'var(--accent)' },
};

/** Where the time went, and which calls it took. */
export function Timeline({ request }: { request: RequestDetail }) {
  const spans = spansOf(request);
  const sums = new Map<Span['kind'], number>();
  for (const { kind, ms } of spans) sums.set(kind, (sums.get(kind) ?? 0) + ms);
  return (
    <Stack gap="xs">
      <Group gap={2} wrap="nowrap" align="flex-end" aria-hidden>
        {spans.map((span, place) => (
          // Two may be of one kind: what tells them apart is where they stand.
          // biome-ignore lint/suspicious/noArrayIndexKey: the spans of a request never change their order
          <Box key={place} style={{ flexGrow: Math.max(span.ms, request.latencyMs * 0.01, 1), flexBasis: 0 }}>
            {span.attempt !== undefined && (
              <Text size="xs" c="dimmed" lh={1.2} style={{ whiteSpace: 'nowrap', width: 0 }}>
                {span.attempt + 1}
              </Text>
            )}
            <Box h={10} bg={looks[span.kind].color} style={{ borderRadius: 3 }} />
          </Box>
        ))}
      </Group>
      <Group gap="xs" style={{ columnGap: 'var(--mantine-spacing-lg)' }}>
        {[...sums].map(([kind, ms]) => (
          <Group key={kind} gap={6}>
            <Box aria-hidden w={10} h={10} bg={looks[kind].color} style={{ borderRadius: 3 }} />
            <Text size="sm">
              {t(looks[kind].name)} <b>{duration(ms)}</b>
            </Text>
          </Group>
        ))}
      </Group>
      {request.attempts.length > 0 && <Attempts request={request} />}
    </Stack>
  );
}

/** Each call by its number on the bar: of whom, when it began, and how it ended. */
function Attempts({ request: { attempts, status, errorCode } }: { request: RequestDetail }) {
  return (
    <Stack gap={4} component="ol" m={0} ps={18} fz="sm">
      {attempts.map(({ target, startMs, endMs, errorCode: failure }, index) => {
        const kind = index === 0 ? 'first' : target === attempts[index - 1]?.target ? 'retry' : 'fallback';
        const time = duration((endMs ?? startMs) - startMs);
        const answer =
          status === 'ok' ? t('attempt.answered') : status === 'error' ? errorName(errorCode) : t(`status.${status}`);
        return (
          <li key={`${target} ${startMs}`}>
            {t(`attempt.${kind}`)}: <b>{target}</b>, {t('attempt.from', { time: duration(startMs) })}
            {' · '}
            {endMs === null ? answer : t('attempt.failed', { code: errorName(failure), time })}
          </li>
        );
      })}
    </Stack>
  );
}
