import { Alert, Button, Group, List, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConnectedTool, ConnectPreview } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showDone } from '../../notices.tsx';
import { CodeBlock } from '../../parts/CodeBlock.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Window } from '../../parts/Window.tsx';
import { gateway } from '../../queries.ts';
import { inWords } from '../../said.ts';

/** A line for the environment of a program. */
const ASSIGNMENT = /^[A-Z_]+=\S+$/;

interface ToolChangeProps {
  tool: ConnectedTool;
  action: 'connect' | 'disconnect';
  onClose(): void;
}

/** What connecting or disconnecting does to a tool's files, line by line, and the button that does exactly that. */
export function ToolChange({ tool, action, onClose }: ToolChangeProps) {
  const { id, name } = tool;
  const isConnecting = action === 'connect';
  const [models, setModels] = useState<'auto' | 'keep'>(tool.connection?.models ?? 'auto');
  const preview = useQuery({
    ...gateway.connections.preview.queryOptions({ input: { id, action, models } }),
    // What was shown is what is done: nothing reads it anew under the eyes but whoever asks for that.
    staleTime: 'static',
    gcTime: 0,
  });
  const connecting = useMutation(gateway.connections.connect.mutationOptions());
  const disconnecting = useMutation(
    gateway.connections.disconnect.mutationOptions({
      onSuccess: ({ notes }) => {
        if (notes.length > 0) return;
        showDone(t('tools.isDisconnected', { name }));
        onClose();
      },
    }),
  );
  const doing = isConnecting ? connecting : disconnecting;
  const run = () => {
    if (isConnecting && preview.data !== undefined) connecting.mutate({ id, models, plan: preview.data.plan });
    else disconnecting.mutate({ id });
  };
  const left = connecting.data?.steps ?? disconnecting.data?.notes ?? [];
  const lines = left.filter((note) => ASSIGNMENT.test(note));
  const title = t(isConnecting ? 'tools.connectOne' : 'tools.disconnectOne', { name });
  return (
    <Window onClose={onClose} size="xl" title={title}>
      {doing.isSuccess ? (
        <Stack>
          <Alert color={lines.length > 0 ? 'yellow' : 'pine'} variant="outline">
            {lines.length > 0
              ? t('tools.linesOnce')
              : t(isConnecting ? 'tools.isConnected' : 'tools.isDisconnected', { name })}
          </Alert>
          {lines.length > 0 && <CodeBlock code={lines.join('\n')} label={name} />}
          <Notes notes={left.filter((note) => !ASSIGNMENT.test(note))} />
          <Group justify="flex-end">
            <Button onClick={onClose}>{t('action.close')}</Button>
          </Group>
        </Stack>
      ) : (
        <Stack>
          {isConnecting && tool.builtInNames && (
            <Radio.Group
              label={t('tools.models', { name })}
              value={models}
              onChange={(value) => setModels(value === 'keep' ? 'keep' : 'auto')}
            >
              <Stack gap="xs" mt="xs">
                <Radio value="auto" label={t('tools.modelsAuto')} />
                <Radio value="keep" label={t('tools.modelsKeep')} />
              </Stack>
            </Radio.Group>
          )}
          {preview.isPending && <Skeleton h={160} />}
          {preview.isError && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
          {preview.data?.files.map((file) => (
            <Diff key={file.path} file={file} />
          ))}
          <Notes notes={preview.data?.notes ?? []} />
          {doing.isError && (
            <Failure error={doing.error} onRetry={() => void preview.refetch().then(() => doing.reset())} />
          )}
          <Group justify="flex-end" className="window-actions">
            <Button onClick={run} loading={doing.isPending} disabled={preview.data === undefined || doing.isError}>
              {t(isConnecting ? 'tools.connect' : 'tools.disconnect')}
            </Button>
          </Group>
        </Stack>
      )}
    </Window>
  );
}

const signs = { same: ' ', added: '+', removed: '-', skipped: '…' };
const colors = { added: 'var(--added)', removed: 'var(--removed)' };

function Diff({ file: { path, change, lines } }: { file: ConnectPreview['files'][number] }) {
  return (
    <div>
      <Text size="sm" mb={4} style={{ overflowWrap: 'anywhere' }}>
        <b>{path}</b> {t(`tools.file.${change}`)}
      </Text>
      {lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached from the keyboard.
        <section className="code" tabIndex={0} aria-label={path}>
          <pre>
            {lines.map(({ kind, text }, index) => (
              <div
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own.
                key={index}
                style={kind === 'added' || kind === 'removed' ? { background: colors[kind] } : undefined}
              >
                {`${signs[kind]} ${text}`}
              </div>
            ))}
          </pre>
        </section>
      )}
    </div>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <List size="sm" style={{ overflowWrap: 'anywhere' }}>
      {notes.map((note) => (
        <List.Item key={note}>{inWords(note)}</List.Item>
      ))}
    </List>
  );
}
