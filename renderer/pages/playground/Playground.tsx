import { Button, Group, Stack, Switch, Tabs } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCode, IconMessageCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { changeParameters, useParameters } from '../../location.ts';
import { showUndoable } from '../../notices.tsx';
import { CodeBlock } from '../../parts/CodeBlock.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { ModelSelect } from '../../parts/ModelSelect.tsx';
import { Page } from '../../parts/Page.tsx';
import { Window } from '../../parts/Window.tsx';
import { gateway } from '../../queries.ts';
import { snippetLanguages, writeSnippet } from '../../snippets.ts';
import { useStore } from '../../store.ts';
import { Composer } from './Composer.tsx';
import { Conversation } from './Conversation.tsx';
import { ask, clear, messagesOf, stop, turns } from './conversation.ts';

/** A chat with any model, or with two side by side. */
export function Playground() {
  const parameters = useParameters();
  const all = useStore(turns);
  const [showingCode, code] = useDisclosure(false);
  const known = useQuery(gateway.models.list.queryOptions());
  const model = parameters.get('model') ?? 'auto';
  const other = parameters.get('other');
  const models = other === null ? [model] : [model, other];
  const answering = all.at(-1)?.answers.some((answer) => answer?.state === 'answering') ?? false;
  return (
    <Page
      title={t('playground.title')}
      fills
      actions={
        <>
          <Button
            size="xs"
            variant="default"
            onClick={() => showUndoable(t('playground.cleared'), clear())}
            disabled={all.length === 0}
          >
            {t('playground.clear')}
          </Button>
          <Button size="xs" variant="default" leftSection={<IconCode size={16} aria-hidden />} onClick={code.open}>
            {t('playground.code')}
          </Button>
        </>
      }
    >
      {known.isError && <Failure error={known.error} onRetry={() => known.refetch()} />}
      <Stack gap="md" className="rest">
        <Group gap="md">
          <ModelSelect
            aria-label={t('word.model')}
            size="xs"
            w={220}
            value={model}
            onChange={(next) => changeParameters({ model: next === 'auto' ? undefined : next })}
          />
          {other !== null && (
            <ModelSelect
              aria-label={t('playground.otherModel')}
              size="xs"
              w={220}
              value={other}
              onChange={(next) => changeParameters({ other: next })}
            />
          )}
          <Switch
            size="sm"
            label={t('playground.compare')}
            checked={other !== null}
            onChange={(event) => changeParameters({ other: event.currentTarget.checked ? 'auto:quality' : undefined })}
          />
        </Group>
        <div className="rest">
          {all.length === 0 ? (
            <Empty icon={IconMessageCircle} title={t('playground.empty')}>
              {t('playground.emptyAbout')}
            </Empty>
          ) : (
            <Conversation turns={all} />
          )}
        </div>
        <div className="composer">
          <Composer answering={answering} onSend={(question) => void ask(question, models)} onStop={stop} />
        </div>
      </Stack>
      {showingCode && <CodeWindow model={model} onClose={code.close} />}
    </Page>
  );
}

/** The conversation as a program would send it. */
function CodeWindow({ model, onClose }: { model: string; onClose(): void }) {
  const status = useQuery(gateway.status.queryOptions());
  const said = messagesOf(turns.get(), 0).map(({ role, text }) => ({ role, content: text }));
  const messages = said.length > 0 ? said : [{ role: 'user', content: t('playground.example') }];
  const input = { address: status.data?.address ?? '', key: undefined, model, messages };
  return (
    <Window onClose={onClose} size="xl" title={t('playground.code')}>
      <Tabs defaultValue="curl">
        <Tabs.List mb="sm">
          {snippetLanguages.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`snippet.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippetLanguages.map((name) => (
          <Tabs.Panel key={name} value={name}>
            <CodeBlock code={writeSnippet(name, input)} label={t(`snippet.${name}`)} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Window>
  );
}
