import { MultiSelect, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { AlertChannel, AlertCondition, AlertRule } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';
import { useKept } from '../../use-kept.ts';
import { ConditionFields } from './ConditionFields.tsx';
import { BEGINNINGS, KINDS, type Kind, sentenceOf, titleOf } from './conditions.ts';

interface RuleFormProps {
  /** Absent: a new one. */
  rule?: AlertRule;
  channels: readonly AlertChannel[];
  onClose(): void;
}

export function RuleForm({ rule, channels, onClose }: RuleFormProps) {
  const place = `rule.${rule?.id ?? 'new'}`;
  const [name, setName] = useKept(`${place}.name`, rule?.name ?? '');
  const [condition, setCondition] = useKept<AlertCondition>(place, rule?.condition ?? BEGINNINGS.spendPerDay);
  const [told, setTold] = useKept<string[]>(`${place}.told`, rule?.channels ?? channels.map(({ id }) => id));
  const adding = useMutation(gateway.alerts.addRule.mutationOptions({ onSuccess: onClose }));
  const updating = useMutation(gateway.alerts.updateRule.mutationOptions({ onSuccess: onClose }));
  const failed = adding.error ?? updating.error;
  const submit = () => {
    const fields = { name: name.trim() || titleOf(condition.kind), condition, channels: told };
    if (rule === undefined) adding.mutate(fields);
    else updating.mutate({ id: rule.id, ...fields });
  };
  return (
    <FormWindow
      title={rule === undefined ? t('alerts.addRule') : t('alerts.edit')}
      error={failed}
      busy={adding.isPending || updating.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Select
        label={t('alerts.when')}
        description={sentenceOf(condition)}
        data={KINDS.map((kind) => ({ value: kind, label: titleOf(kind) }))}
        value={condition.kind}
        allowDeselect={false}
        onChange={(kind) => kind !== null && setCondition(BEGINNINGS[kind as Kind])}
        data-autofocus
      />
      <ConditionFields condition={condition} onChange={setCondition} />
      <TextInput
        label={t('alerts.name')}
        placeholder={titleOf(condition.kind)}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <MultiSelect
        label={t('alerts.tell')}
        description={channels.length === 0 ? t('alerts.noChannelsAbout') : undefined}
        placeholder={told.length === 0 ? t('alerts.historyOnly') : undefined}
        data={channels.map((channel) => ({ value: channel.id, label: channel.name }))}
        value={told}
        onChange={setTold}
      />
    </FormWindow>
  );
}
