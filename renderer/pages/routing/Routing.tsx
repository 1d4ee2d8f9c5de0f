import { Button, Grid, Skeleton, Stack } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RoutingPolicy, RoutingPolicyPatch } from '../../../contract/routing.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure, showUndoable } from '../../notices.tsx';
import { ActionBar } from '../../parts/ActionBar.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Page } from '../../parts/Page.tsx';
import { gateway } from '../../queries.ts';
import { Aliases } from './Aliases.tsx';
import { Backtest } from './Backtest.tsx';
import { History } from './History.tsx';
import { Learning } from './Learning.tsx';
import { PolicyForm } from './PolicyForm.tsx';
import { Rules } from './Rules.tsx';
import { isComplete, Shadow } from './Shadow.tsx';
import { Tools } from './Tools.tsx';
import { TryPrompt } from './TryPrompt.tsx';

/** How `auto` decides, to be read, changed, and tried before it holds. */
export function Routing() {
  const live = useQuery(gateway.routing.policy.get.queryOptions());
  const [draft, setDraft] = useState<RoutingPolicy>();
  const policy = draft ?? live.data?.policy;
  const changed = draft !== undefined && JSON.stringify(draft) !== JSON.stringify(live.data?.policy);
  const actions = usePolicyActions(() => setDraft(undefined));
  return (
    <Page
      title={t('routing.title')}
      about={t('routing.about')}
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          disabled={changed || (live.data?.version ?? 0) === 0}
          loading={actions.undoing}
          onClick={actions.undo}
        >
          {t('routing.undoLast')}
        </Button>
      }
    >
      {live.isError && <Failure error={live.error} onRetry={() => void live.refetch()} />}
      {policy === undefined ? (
        live.isPending && <Skeleton h={420} />
      ) : (
        <Grid gap="md">
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <Stack>
              <PolicyForm policy={policy} onChange={setDraft} />
              <Rules
                rules={policy.rules}
                onChange={(change) => setDraft((now = policy) => ({ ...now, rules: change(now.rules) }))}
              />
              <Shadow shadow={policy.shadow} onChange={(shadow) => setDraft((now = policy) => ({ ...now, shadow }))} />
            </Stack>
          </Grid.Col>
          <Grid.Col span={{ base: 12, lg: 6 }}>
            <Stack>
              <TryPrompt patch={changed ? toPatch(policy) : undefined} />
              <Backtest patch={toPatch(policy)} />
              <Aliases />
              <Tools />
              <Learning />
              <History onRestored={() => setDraft(undefined)} />
            </Stack>
          </Grid.Col>
        </Grid>
      )}
      {changed && (
        <ActionBar about={t('routing.draft')}>
          <Button size="xs" variant="default" onClick={() => setDraft(undefined)}>
            {t('routing.discard')}
          </Button>
          <Button
            size="xs"
            disabled={!isComplete(draft.shadow)}
            loading={actions.saving}
            onClick={() => actions.save({ ...toPatch(draft), shadow: draft.shadow })}
          >
            {t('routing.apply')}
          </Button>
        </ActionBar>
      )}
    </Page>
  );
}

/** What decides where a request goes: what is tried before it holds. */
function toPatch({
  preference,
  adequate,
  thresholds,
  allowed,
  stay,
  rules,
  learning,
}: RoutingPolicy): RoutingPolicyPatch {
  return { preference, adequate, thresholds, allowed, stay, rules, learning };
}

function usePolicyActions(onDone: () => void) {
  const queries = useQueryClient();
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: gateway.routing.key() });
    onDone();
  };
  const undoing = useMutation(
    gateway.routing.policy.undo.mutationOptions({
      onSuccess: async () => {
        await refresh();
        showDone(t('routing.undone'));
      },
      onError: showFailure,
    }),
  );
  const saving = useMutation(
    gateway.routing.policy.update.mutationOptions({
      onSuccess: async () => {
        await refresh();
        showUndoable(t('routing.applied'), () => undoing.mutate({}));
      },
      onError: showFailure,
    }),
  );
  return {
    saving: saving.isPending,
    undoing: undoing.isPending,
    undo: () => undoing.mutate({}),
    save: (policy: RoutingPolicyPatch) => saving.mutate({ policy }),
  };
}
