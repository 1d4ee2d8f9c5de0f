import { Anchor, Badge, Box, Button, Code, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CapturedPart, CaptureInfo, RequestDetail } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { NameToConfirm } from '../../parts/NameToConfirm.tsx';
import { gateway } from '../../queries.ts';
import { Replay } from './Replay.tsx';

/** Messages that are shown before one asks for the earlier ones. */
const LATEST = 4;
/** Characters of a part that are shown before one asks for the rest. */
const SHOWN_CHARACTERS = 3_000;

/** Prompt and reply where they were kept; else how to have them kept. */
export function Captured({ request }: { request: RequestDetail }) {
  if (request.captured) return <Kept request={request} />;
  return (
    <Text size="sm" c="dimmed">
      {t('captured.none')}{' '}
      <Anchor href="#/settings" underline="always">
        {t('settings.title')}
      </Anchor>
    </Text>
  );
}

function Kept({ request }: { request: RequestDetail }) {
  const capture = useQuery(gateway.captures.one.queryOptions({ input: { id: request.id }, retry: false }));
  const [replaying, setReplaying] = useState(false);
  const [removing, setRemoving] = useState(false);
  if (capture.isError) return <Failure error={capture.error} onRetry={() => void capture.refetch()} />;
  if (capture.isPending) return <Skeleton h={200} />;
  const { body, messages, reply, leftOut, tools } = capture.data;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Group gap={4}>
          <Text size="xs" c="dimmed">
            {t('captured.copyPrompt')}
          </Text>
          <CopyButton value={JSON.stringify(body, null, 2)} />
        </Group>
        <Group gap="xs">
          <Button size="xs" variant="subtle" className="danger" onClick={() => setRemoving(true)}>
            {t('captured.remove')}
          </Button>
          {messages !== null && messages.length > 0 && (
            <Button size="xs" variant="default" onClick={() => setReplaying(true)}>
              {t('replay.title')}
            </Button>
          )}
        </Group>
      </Group>
      {leftOut.length > 0 && <Text size="sm">{t('captured.tooLarge')}</Text>}
      {messages !== null && <Prompt messages={messages} />}
      {tools.length > 0 && (
        <Text size="xs" c="dimmed">
          {t('captured.tools', { count: tools.length, names: tools.slice(0, 12).join(', ') })}
        </Text>
      )}
      <Said role={t('captured.reply')} parts={reply ?? []} />
      {removing && <Remove id={request.id} onClose={() => setRemoving(false)} />}
      {replaying && <Replay request={request} capture={capture.data} onClose={() => setReplaying(false)} />}
    </Stack>
  );
}

function Remove({ id, onClose }: { id: string; onClose(): void }) {
  const queries = useQueryClient();
  const removal = useMutation(
    gateway.captures.remove.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: gateway.requests.one.key() });
        showDone(t('captured.removed'));
        onClose();
      },
      onError: showFailure,
    }),
  );
  return (
    <NameToConfirm
      title={t('captured.remove')}
      about={t('captured.removeAbout')}
      name={t('captured.word')}
      action={t('captured.remove')}
      busy={removal.isPending}
      onConfirm={() => removal.mutate({ id })}
      onClose={onClose}
    />
  );
}

function Prompt({ messages }: { messages: NonNullable<CaptureInfo['messages']> }) {
  const [all, setAll] = useState(false);
  const hidden = all ? 0 : Math.max(0, messages.length - LATEST);
  return (
    <>
      {hidden > 0 && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          {t('captured.earlier', { count: hidden })}
        </Button>
      )}
      {messages.slice(hidden).map(({ role, parts }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message is its place in the conversation.
        <Said key={hidden + index} role={t(`role.${role}`)} parts={parts} />
      ))}
    </>
  );
}

function Said({ role, parts }: { role: string; parts: CapturedPart[] }) {
  return (
    <Box>
      <Text size="xs" fw={600} c="dimmed">
        {role}
      </Text>
      {parts.length === 0 && <Text size="sm">—</Text>}
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the message.
        <Part key={index} part={part} />
      ))}
    </Box>
  );
}

function Part({ part: { type, text, name, image } }: { part: CapturedPart }) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? text : text.slice(0, SHOWN_CHARACTERS);
  const isCode = type === 'toolCall' || type === 'toolResult' || type === 'other';
  return (
    <Stack gap={4} my={4}>
      {type !== 'text' && (
        <Group gap={6}>
          <Badge size="xs" variant="default">
            {t(`part.${type}`)}
          </Badge>
          {name !== null && <Code>{name}</Code>}
        </Group>
      )}
      {image?.startsWith('data:') && <img src={image} alt={name ?? ''} className="thumbnail" />}
      {shown !== '' &&
        (isCode ? (
          <Code block tabIndex={0} mah={240} style={{ overflow: 'auto' }}>
            {shown}
          </Code>
        ) : (
          <Text size="sm" className="written">
            {shown}
          </Text>
        ))}
      {shown.length < text.length && (
        <Button size="compact-xs" variant="subtle" onClick={() => setWhole(true)}>
          {t('captured.whole', { count: text.length })}
        </Button>
      )}
    </Stack>
  );
}
