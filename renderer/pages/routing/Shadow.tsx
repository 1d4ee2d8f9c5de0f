import { Group, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RoutingPolicy } from '../../../contract/routing.ts';
import { money, percent } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { AmountInput } from '../../parts/AmountInput.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { ModelSelect } from '../../parts/ModelSelect.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';

type ShadowPolicy = RoutingPolicy['shadow'];

interface ShadowProps {
  shadow: ShadowPolicy;
  onChange(shadow: ShadowPolicy): void;
}

/** Whether it can be switched on as it is: it needs someone to ask and someone to judge. */
export function isComplete({ enabled, strong, judge }: ShadowPolicy): boolean {
  return !enabled || (strong !== null && judge !== null);
}

/** Checks of what cheap models answer against a strong one, and what they have shown. */
export function Shadow({ shadow, onChange }: ShadowProps) {
  const change = (changes: Partial<ShadowPolicy>) => onChange({ ...shadow, ...changes });
  return (
    <Panel title={t('shadow.title')}>
      <Stack gap="md">
        <Switch
          label={t('shadow.enabled')}
          description={t('shadow.enabledAbout')}
          checked={shadow.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
        {shadow.enabled && (
          <>
            <Group grow align="flex-start">
              {(['strong', 'judge'] as const).map((role) => (
                <ModelSelect
                  key={role}
                  size="xs"
                  label={t(`shadow.${role}`)}
                  named
                  value={shadow[role]}
                  onChange={(model) => change({ [role]: model })}
                  error={shadow[role] === null && t('shadow.needed')}
                />
              ))}
            </Group>
            <Group grow align="flex-start">
              <AmountInput
                size="xs"
                label={t('shadow.share')}
                suffix=" %"
                min={0}
                max={100}
                value={Math.round(shadow.share * 1e6) / 1e4}
                onChange={(share) => share !== null && change({ share: Math.min(100, share) / 100 })}
              />
              <AmountInput
                size="xs"
                label={t('shadow.dayUsd')}
                prefix="$"
                min={0}
                max={1000}
                value={shadow.dayUsd}
                onChange={(dayUsd) => dayUsd !== null && change({ dayUsd: Math.min(1000, dayUsd) })}
              />
            </Group>
          </>
        )}
        <Report isOn={shadow.enabled} />
      </Stack>
    </Panel>
  );
}

function Report({ isOn }: { isOn: boolean }) {
  const report = useQuery(gateway.routing.shadow.queryOptions());
  if (report.isError) return <Failure error={report.error} onRetry={() => void report.refetch()} />;
  if (report.data === undefined) return null;
  const { checks, kept, worse, spentTodayUsd } = report.data;
  if (kept === null) return isOn ? <Text size="sm">{t('shadow.none')}</Text> : null;
  const shown = { share: percent(kept.share), low: percent(kept.low), high: percent(kept.high) };
  return (
    <Text size="sm">
      {t('shadow.report', { ...shown, count: checks, worse })} {t('shadow.spent', { cost: money(spentTodayUsd) })}
    </Text>
  );
}
