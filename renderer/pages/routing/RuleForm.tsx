import { Fieldset, MultiSelect, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RoutingRule } from '../../../contract/routing.ts';
import { t } from '../../i18n/index.ts';
import { AmountInput } from '../../parts/AmountInput.tsx';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';
import { sentenceOf } from './rule.ts';

const complexities = ['simple', 'medium', 'complex'] as const;
const automatic = ['auto', 'auto:economy', 'auto:quality'];

interface RuleFormProps {
  rule: RoutingRule;
  onSave(rule: RoutingRule): void;
  onClose(): void;
}

/** When a rule holds, and what it does then. */
export function RuleForm({ rule: initial, onSave, onClose }: RuleFormProps) {
  const [rule, setRule] = useState(initial);
  const [refused, setRefused] = useState(false);
  const { when, use, never } = rule;
  const models = useQuery(gateway.models.list.queryOptions());
  const keys = useQuery(gateway.gatewayKeys.list.queryOptions());
  const tools = useQuery(gateway.routing.tools.list.queryOptions());
  const callable = models.data?.models.filter((model) => model.available && !model.hidden) ?? [];
  const names = callable.map((model) => model.id);
  const providers = [...new Set(callable.map((model) => model.provider))];
  const clients = keys.data?.keys ?? [];
  const clientName = (id: string) => clients.find((key) => key.id === id)?.name ?? id;
  const change = (part: Partial<RoutingRule['when']>) => setRule({ ...rule, when: { ...when, ...part } });
  const says = use.length + never.length > 0;
  const submit = () => {
    setRefused(!says);
    if (says) onSave({ ...rule, name: rule.name.trim() || sentenceOf(rule, clientName).slice(0, 100) });
  };
  return (
    <FormWindow
      size="lg"
      title={initial.name === '' ? t('rules.add') : t('rules.edit')}
      action={t('rules.keep')}
      error={null}
      busy={false}
      onSubmit={submit}
      onClose={onClose}
    >
      <Fieldset legend={t('rules.when')}>
        <Stack gap="xs">
          <TagsInput
            size="xs"
            label={t('rules.models')}
            description={t('rules.modelsAbout')}
            data={[...automatic, ...names]}
            openOnFocus={false}
            value={when.models}
            onChange={(value) => change({ models: value })}
            data-autofocus
          />
          <MultiSelect
            size="xs"
            label={t('word.client')}
            data={clients.map((key) => ({ value: key.id, label: key.name }))}
            value={when.clients}
            onChange={(value) => change({ clients: value })}
          />
          <MultiSelect
            size="xs"
            label={t('rules.tools')}
            data={tools.data?.tools.map((tool) => ({ value: tool.id, label: tool.name })) ?? []}
            value={when.tools}
            onChange={(value) => change({ tools: value })}
          />
          <AmountInput
            whole
            size="xs"
            label={t('rules.overTokens')}
            min={0}
            value={when.overTokens}
            onChange={(overTokens) => change({ overTokens })}
          />
          <MultiSelect
            size="xs"
            label={t('word.complexity')}
            data={complexities.map((value) => ({ value, label: t(`complexity.${value}`) }))}
            value={when.complexities}
            onChange={(value) => change({ complexities: complexities.filter((one) => value.includes(one)) })}
          />
        </Stack>
      </Fieldset>
      <Fieldset legend={t('rules.does')}>
        <Stack gap="xs">
          <TagsInput
            size="xs"
            label={t('rules.use')}
            description={t('rules.useAbout')}
            data={[...automatic, ...names]}
            maxTags={10}
            value={use}
            onChange={(value) => setRule({ ...rule, use: value })}
          />
          <TagsInput
            size="xs"
            label={t('rules.never')}
            description={t('rules.neverAbout')}
            data={[...providers, ...names]}
            value={never}
            onChange={(value) => setRule({ ...rule, never: value })}
            error={refused && !says ? t('rules.saysNothing') : null}
          />
        </Stack>
      </Fieldset>
      <TextInput
        size="xs"
        label={t('rules.name')}
        placeholder={says ? sentenceOf(rule, clientName) : undefined}
        maxLength={100}
        value={rule.name}
        onChange={(event) => setRule({ ...rule, name: event.currentTarget.value })}
      />
      <Text size="xs" c="dimmed" aria-live="polite">
        {sentenceOf(rule, clientName)}
      </Text>
    </FormWindow>
  );
}
