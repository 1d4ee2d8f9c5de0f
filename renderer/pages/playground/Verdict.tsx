import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconThumbDown, IconThumbUp } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { gateway } from '../../queries.ts';
import { useRole } from '../../role.ts';

const thumbs = { good: IconThumbUp, bad: IconThumbDown } as const;

/** Whether an answer was good: `auto` learns from it. A second word replaces the first. */
export function Verdict({ requestId }: { requestId: string }) {
  const role = useRole();
  const giving = useMutation(
    gateway.routing.feedback.mutationOptions({
      onSuccess: () => showDone(t('playground.thanks')),
      onError: showFailure,
    }),
  );
  // What auto learns is the owner's.
  if (role !== 'owner') return null;
  return (
    <Group gap={2}>
      {(['good', 'bad'] as const).map((verdict) => {
        const Drawn = thumbs[verdict];
        const given = giving.data?.verdict === verdict;
        return (
          <Tooltip key={verdict} label={t(`playground.verdict.${verdict}`)}>
            <ActionIcon
              size="sm"
              variant={given ? 'light' : 'subtle'}
              color={given ? 'pine' : 'gray'}
              aria-label={t(`playground.verdict.${verdict}`)}
              aria-pressed={given}
              onClick={() => giving.mutate({ requestId, verdict })}
            >
              <Drawn size={14} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        );
      })}
    </Group>
  );
}
