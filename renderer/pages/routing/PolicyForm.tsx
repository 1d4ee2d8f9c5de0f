import {
  Group,
  RangeSlider,
  SegmentedControl,
  Slider,
  type SliderProps,
  Stack,
  Switch,
  TagsInput,
  Text,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RoutingPolicy } from '../../../contract/index.ts';
import { decimal } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { AmountInput } from '../../parts/AmountInput.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { gateway } from '../../queries.ts';

const preferences = ['economy', 'balanced', 'quality'] as const;
const complexities = ['simple', 'medium', 'complex'] as const;

interface PolicyFormProps {
  policy: RoutingPolicy;
  onChange(policy: RoutingPolicy): void;
}

/** The policy in a sentence, and what moves it. */
export function PolicyForm({ policy, onChange }: PolicyFormProps) {
  const { preference, adequate, thresholds, allowed, stay, learning } = policy;
  const needed = adequate[preference];
  const models = useQuery(gateway.models.list.queryOptions());
  const names = models.data?.models.filter((model) => model.available && !model.hidden).map((model) => model.id) ?? [];
  return (
    <Panel title={t('routing.policy')}>
      <Stack gap="md">
        <Text size="sm">
          {t('routing.inWords', {
            simple: decimal(needed.simple, 1),
            medium: decimal(needed.medium, 1),
            complex: decimal(needed.complex, 1),
          })}
        </Text>
        <SegmentedControl
          fullWidth
          aria-label={t('routing.preference')}
          value={preference}
          onChange={(value) => onChange({ ...policy, preference: value })}
          data={preferences.map((value) => ({ value, label: t(`preference.${value}`) }))}
        />
        {complexities.map((complexity) => (
          <Level
            key={complexity}
            label={t('routing.neededFor', { complexity: t(`complexity.${complexity}`) })}
            shown={decimal(needed[complexity], 1)}
            min={1}
            max={5}
            step={0.1}
            value={needed[complexity]}
            onChange={(value) =>
              onChange({
                ...policy,
                adequate: { ...adequate, [preference]: { ...needed, [complexity]: Math.round(value * 10) / 10 } },
              })
            }
          />
        ))}
        <Switch
          label={t('routing.bounds')}
          description={
            thresholds &&
            t('routing.boundsAbout', { medium: decimal(thresholds.medium, 2), complex: decimal(thresholds.complex, 2) })
          }
          checked={thresholds !== null}
          onChange={(event) =>
            onChange({ ...policy, thresholds: event.currentTarget.checked ? { medium: 0.33, complex: 0.65 } : null })
          }
        />
        {thresholds && (
          <RangeSlider
            min={0}
            max={1}
            step={0.01}
            minRange={0}
            label={null}
            thumbFromLabel={t('routing.fromMedium')}
            thumbToLabel={t('routing.fromComplex')}
            value={[thresholds.medium, thresholds.complex]}
            onChange={([medium, complex]) => onChange({ ...policy, thresholds: { medium, complex } })}
          />
        )}
        {complexities.map((complexity) => (
          <TagsInput
            key={complexity}
            size="xs"
            label={t('routing.allowedFor', { complexity: t(`complexity.${complexity}`) })}
            placeholder={allowed[complexity].length === 0 ? t('routing.anyModel') : ''}
            data={names}
            value={allowed[complexity]}
            onChange={(value) => onChange({ ...policy, allowed: { ...allowed, [complexity]: value } })}
          />
        ))}
        <Switch
          label={t('routing.stay')}
          description={t('routing.stayAbout')}
          checked={stay.enabled}
          onChange={(event) => onChange({ ...policy, stay: { ...stay, enabled: event.currentTarget.checked } })}
        />
        {stay.enabled && <StayFields stay={stay} onChange={(changed) => onChange({ ...policy, stay: changed })} />}
        <Switch
          label={t('routing.learning')}
          description={t('routing.learningAbout')}
          checked={learning}
          onChange={(event) => onChange({ ...policy, learning: event.currentTarget.checked })}
        />
      </Stack>
    </Panel>
  );
}

type Stay = RoutingPolicy['stay'];

/** When a conversation leaves its model: for a cheaper one, and for a better one. */
function StayFields({ stay, onChange }: { stay: Stay; onChange(stay: Stay): void }) {
  return (
    <>
      <AmountInput
        size="xs"
        label={t('routing.gain')}
        description={t('routing.gainAbout')}
        min={1}
        max={50}
        step={0.5}
        decimalScale={2}
        value={stay.gain}
        onChange={(gain) => gain !== null && onChange({ ...stay, gain })}
      />
      <Level
        label={t('routing.margin')}
        about={t('routing.marginAbout')}
        shown={decimal(stay.margin, 2)}
        min={0}
        max={1}
        step={0.05}
        value={stay.margin}
        onChange={(margin) => onChange({ ...stay, margin: Math.round(margin * 100) / 100 })}
      />
    </>
  );
}

interface LevelProps extends Pick<SliderProps, 'min' | 'max' | 'step' | 'value' | 'onChange'> {
  label: string;
  about?: string;
  /** The value as it is written. */
  shown: string;
}

/** A slider with what it stands at. */
function Level({ label, about, shown, ...slider }: LevelProps) {
  return (
    <div>
      <Group justify="space-between" gap={4}>
        <Text size="sm">{label}</Text>
        <Text size="sm" fw={600}>
          {shown}
        </Text>
      </Group>
      {about && (
        <Text size="xs" c="dimmed" mb={6}>
          {about}
        </Text>
      )}
      <Slider label={null} thumbLabel={label} {...slider} />
    </div>
  );
}
