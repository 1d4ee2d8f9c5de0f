import { Button, Group, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { bytes } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showFailure } from '../../notices.tsx';
import { NameToConfirm } from '../../parts/NameToConfirm.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';
import { BoundField, NumberField } from './NumberField.tsx';
import { MIB, type SettingsPart } from './part.ts';

/** For how long requests are kept; whether prompts and replies are, said plainly, and how to be rid of them. */
export function Capture({ settings: { capture, retention }, onChange }: SettingsPart) {
  return (
    <Panel title={t('capture.title')}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <BoundField
            label={t('settings.keepDays')}
            description={t('settings.keepAbout')}
            value={retention.days}
            min={1}
            max={10_000}
            onSet={(days) => onChange({ retention: { days } }, { retention: { days: retention.days } })}
          />
          <BoundField
            label={t('settings.keepSize')}
            description={t('settings.keepSizeAbout')}
            suffix=" MiB"
            value={retention.maxMib}
            min={16}
            max={1_000_000}
            onSet={(maxMib) => onChange({ retention: { maxMib } }, { retention: { maxMib: retention.maxMib } })}
          />
        </SimpleGrid>
        <Switch
          label={t('capture.on')}
          description={t('capture.about')}
          checked={capture.enabled}
          onChange={(event) =>
            onChange({ capture: { enabled: event.currentTarget.checked } }, { capture: { enabled: capture.enabled } })
          }
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberField
            label={t('capture.keepDays')}
            value={capture.keepDays}
            min={1}
            max={3_650}
            onSet={(keepDays) => onChange({ capture: { keepDays } }, { capture: { keepDays: capture.keepDays } })}
          />
          <NumberField
            label={t('capture.maxBytes')}
            suffix=" MiB"
            value={Math.round(capture.maxBytes / MIB)}
            min={16}
            max={65_536}
            onSet={(value) =>
              onChange({ capture: { maxBytes: value * MIB } }, { capture: { maxBytes: capture.maxBytes } })
            }
          />
        </SimpleGrid>
        <Kept />
      </Stack>
    </Panel>
  );
}

function Kept() {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const size = useQuery(gateway.captures.size.queryOptions({ staleTime: 0 }));
  const removing = useMutation(
    gateway.captures.removeAll.mutationOptions({
      onSuccess: ({ removed }) => showDone(t('capture.removed', { count: removed })),
      onError: showFailure,
      onSettled: () => {
        setAsking(false);
        void queries.invalidateQueries({ queryKey: gateway.captures.key() });
        void queries.invalidateQueries({ queryKey: gateway.requests.key() });
      },
    }),
  );
  const count = size.data?.captures ?? 0;
  return (
    <Group justify="space-between" mih={30}>
      <Text size="sm">
        {count === 0 ? t('capture.none') : t('capture.size', { count, size: bytes(size.data?.bytes ?? 0) })}
      </Text>
      {count > 0 && (
        <Button size="xs" variant="default" onClick={() => setAsking(true)}>
          {t('capture.removeAll')}
        </Button>
      )}
      {asking && (
        <NameToConfirm
          title={t('capture.removeAll')}
          about={t('capture.removeAbout', { count })}
          name={t('capture.name')}
          action={t('capture.removeAll')}
          busy={removing.isPending}
          onConfirm={() => removing.mutate(undefined)}
          onClose={() => setAsking(false)}
        />
      )}
    </Group>
  );
}
