import { Box, Group, Stack, Text } from '@mantine/core';
import type { RequestInfo } from '../../../contract/index.ts';
import { duration } from '../../format.ts';
import { t } from '../../i18n/index.ts';

/** Where the time went: until it was let in, until a model was chosen, until the first byte, then until the last. */
export function Timeline({ request }: { request: RequestInfo }) {
  const { queueMs, routeMs, firstByteMs, latencyMs, retries, fallbacks } = request;
  const waiting = Math.min(firstByteMs ?? latencyMs, latencyMs);
  const inside = (queueMs ?? 0) + (routeMs ?? 0);
  const parts = [
    ...(queueMs === null ? [] : [{ name: t('detail.receiving'), ms: queueMs, color: 'var(--mantine-color-gray-6)' }]),
    ...(routeMs === null ? [] : [{ name: t('detail.classifying'), ms: routeMs, color: 'var(--warn)' }]),
    { name: t('detail.untilFirstByte'), ms: Math.max(0, waiting - inside), color: 'var(--mantine-color-gray-5)' },
    { name: t('detail.answering'), ms: latencyMs - waiting, color: 'var(--accent)' },
  ];
  return (
    <Stack gap="xs">
      <Group gap={2} wrap="nowrap" aria-hidden>
        {parts.map((part) => (
          <Box
            key={part.name}
            h={10}
            bg={part.color}
            style={{ flexGrow: Math.max(part.ms, latencyMs * 0.01, 1), flexBasis: 0, borderRadius: 3 }}
          />
        ))}
      </Group>
      <Group gap="lg">
        {parts.map((part) => (
          <Group key={part.name} gap={6}>
            <Box aria-hidden w={10} h={10} bg={part.color} style={{ borderRadius: 3 }} />
            <Text size="sm">
              {part.name} <b>{duration(part.ms)}</b>
            </Text>
          </Group>
        ))}
      </Group>
      {retries + fallbacks > 0 && (
        <Text size="sm" c="var(--warn)">
          {t('detail.retries', { count: retries })} · {t('detail.fallbacks', { count: fallbacks })}
        </Text>
      )}
    </Stack>
  );
}
