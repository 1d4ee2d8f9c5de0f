import { Alert, Anchor, Box, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { count, duration, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { withParameters } from '../../location.ts';
import type { Answer, Turn } from './conversation.ts';
import { Verdict } from './Verdict.tsx';

/** Questions, each with its answers side by side. */
export function Conversation({ turns }: { turns: readonly Turn[] }) {
  return (
    <Stack gap="lg" role="log" aria-live="polite" aria-label={t('playground.title')}>
      {turns.map((turn, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: turns are only ever added at the end.
        <Stack key={index} gap="sm">
          <Box className="question">
            {turn.images.map((image) => (
              <img key={image.slice(-40)} src={image} alt="" className="thumbnail" />
            ))}
            <Text size="sm" className="written">
              {turn.text}
            </Text>
          </Box>
          <SimpleGrid cols={{ base: 1, sm: turn.answers.length }} spacing="md">
            {turn.answers.map((answer, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
              <div key={column}>{answer && <AnswerText answer={answer} />}</div>
            ))}
          </SimpleGrid>
        </Stack>
      ))}
    </Stack>
  );
}

function AnswerText({ answer }: { answer: Answer }) {
  return (
    <Stack gap={6}>
      <Text size="xs" c="dimmed" fw={600}>
        {answer.done?.model ?? answer.model}
      </Text>
      {answer.text === '' && answer.state === 'answering' ? (
        <Stack gap={6}>
          <Skeleton h={12} w="90%" />
          <Skeleton h={12} w="70%" />
        </Stack>
      ) : (
        <Text size="sm" className="written">
          {answer.text}
        </Text>
      )}
      {answer.state === 'failed' && (
        <Alert color="red" variant="light" role="alert">
          {answer.failure}
        </Alert>
      )}
      {answer.state === 'stopped' && (
        <Text size="xs" c="dimmed">
          {t('playground.stopped')}
        </Text>
      )}
      {answer.done && <Facts done={answer.done} />}
    </Stack>
  );
}

function Facts({ done }: { done: NonNullable<Answer['done']> }) {
  return (
    <Group gap="sm">
      <Text size="xs" fw={600}>
        {money(done.costUsd)}
      </Text>
      <Text size="xs" c="dimmed">
        {duration(done.latencyMs)}
        {done.firstByteMs !== null && ` · ${t('playground.firstByte', { time: duration(done.firstByteMs) })}`}
      </Text>
      <Text size="xs" c="dimmed">
        {t('playground.tokens', { input: count(done.inputTokens), output: count(done.outputTokens) })}
      </Text>
      <Anchor size="xs" href={`#${withParameters('/requests', { open: done.requestId })}`}>
        {t('playground.why')}
      </Anchor>
      <Verdict requestId={done.requestId} />
    </Group>
  );
}
