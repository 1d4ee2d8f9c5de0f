import { Alert, Button, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { CaptureInfo, RequestDetail } from '../../../contract/index.ts';
import { duration, money } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { ModelSelect } from '../../parts/ModelSelect.tsx';
import { Window } from '../../parts/Window.tsx';
import { messagesOf, textOf, useReplay } from './use-replay.ts';

interface ReplayProps {
  request: RequestDetail;
  capture: CaptureInfo;
  onClose(): void;
}

/** The same prompt to another model, both answers side by side with what each cost and how long it took. */
export function Replay({ request, capture, onClose }: ReplayProps) {
  const [model, setModel] = useState('auto');
  const { replayed, ask } = useReplay(messagesOf(capture));
  const usesTools =
    capture.tools.length > 0 ||
    (capture.messages ?? []).some(({ parts }) => parts.some(({ type }) => type === 'toolCall'));
  return (
    <Window onClose={onClose} size={960} title={t('replay.title')}>
      <Stack>
        <Group align="end">
          <ModelSelect label={t('replay.model')} w={280} value={model} onChange={setModel} />
          <Button loading={replayed?.isAnswering === true} onClick={() => void ask(model)}>
            {t('replay.ask')}
          </Button>
          <Text size="xs" c="dimmed" flex={1}>
            {t('replay.about')} {usesTools && t('replay.tools')}
          </Text>
        </Group>
        <SimpleGrid cols={2}>
          <Answer
            title={request.model ?? request.requestedModel}
            text={textOf(capture.reply ?? [])}
            costUsd={request.costUsd}
            latencyMs={request.latencyMs}
          />
          {replayed && (
            <Answer
              title={replayed.done?.model ?? model}
              text={replayed.text}
              isAnswering={replayed.isAnswering}
              failure={replayed.failure}
              costUsd={replayed.done?.costUsd}
              latencyMs={replayed.done?.latencyMs}
            />
          )}
        </SimpleGrid>
      </Stack>
    </Window>
  );
}

interface AnswerProps {
  title: string;
  text: string;
  isAnswering?: boolean;
  failure?: string | undefined;
  /** Undefined until it is known that it is known or not. */
  costUsd: number | null | undefined;
  latencyMs: number | undefined;
}

function Answer({ title, text, isAnswering = false, failure, costUsd, latencyMs }: AnswerProps) {
  return (
    <Stack gap={6} component="section" aria-label={title}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {latencyMs !== undefined && (
        <Text size="xs" c="dimmed">
          {`${money(costUsd ?? null)} · ${duration(latencyMs)}`}
        </Text>
      )}
      {isAnswering && text === '' ? (
        <Skeleton h={60} />
      ) : (
        <Text size="sm" className="written" aria-live="polite">
          {text || '—'}
        </Text>
      )}
      {failure !== undefined && (
        <Alert color="red" variant="light" role="alert">
          {failure}
        </Alert>
      )}
    </Stack>
  );
}
