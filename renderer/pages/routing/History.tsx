import { Button, ScrollArea, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { showFailure, showUndoable } from '../../notices.tsx';
import { Ago } from '../../parts/Ago.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Row } from '../../parts/Row.tsx';
import { Tag } from '../../parts/Tag.tsx';
import { gateway } from '../../queries.ts';
import { inWords } from '../../said.ts';

/** Policies that held before; each can be gone back to, and that taken back. */
export function History({ onRestored }: { onRestored(): void }) {
  const queries = useQueryClient();
  const history = useQuery(gateway.routing.policy.history.queryOptions());
  const restoring = useMutation(gateway.routing.policy.restore.mutationOptions({ onError: showFailure }));
  const [live, ...earlier] = history.data?.versions ?? [];
  const goTo = async (version: number) => {
    await restoring.mutateAsync({ version });
    await queries.invalidateQueries({ queryKey: gateway.routing.key() });
    onRestored();
  };
  const restore = (version: number) => {
    if (live === undefined) return;
    const back = live.version;
    goTo(version).then(
      () => showUndoable(t('history.restored', { version }), () => void goTo(back).catch(() => {})),
      () => {},
    );
  };
  return (
    <Panel title={t('history.title')}>
      {history.isError && <Failure error={history.error} onRetry={() => void history.refetch()} />}
      {live && (
        <ScrollArea.Autosize mah={280} viewportProps={{ tabIndex: 0 }}>
          {[live, ...earlier].map(({ version, madeAtMs, note }) => (
            <Row
              key={version}
              name={version === 0 ? t('history.defaults') : t('history.version', { version })}
              tag={version === live.version && <Tag tone="good">{t('history.holds')}</Tag>}
              about={
                <>
                  {version > 0 && <Ago atMs={madeAtMs} />} {inWords(note)}
                </>
              }
              actions={
                version !== live.version && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    loading={restoring.isPending && restoring.variables.version === version}
                    aria-label={t('history.restoreOne', { version })}
                    onClick={() => restore(version)}
                  >
                    {t('history.restore')}
                  </Button>
                )
              }
            />
          ))}
          {earlier.length === 0 && (
            <Text size="sm" c="dimmed">
              {t('history.none')}
            </Text>
          )}
        </ScrollArea.Autosize>
      )}
    </Panel>
  );
}
