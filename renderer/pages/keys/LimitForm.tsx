import { SimpleGrid, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Caps, LimitInfo } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showUndoable } from '../../notices.tsx';
import { AmountInput } from '../../parts/AmountInput.tsx';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';

const budgets = ['dayUsd', 'weekUsd', 'monthUsd'] as const;
const rates = ['requestsPerMinute', 'tokensPerMinute', 'concurrentRequests'] as const;

interface LimitFormProps {
  limit: LimitInfo;
  name: string;
  onClose(): void;
}

/** Budgets and rates of one key, or of all together. An empty field is no limit. */
export function LimitForm({ limit: { id, caps: before }, name, onClose }: LimitFormProps) {
  const queries = useQueryClient();
  const [caps, setCaps] = useState<Caps>(before);
  const refresh = () => queries.invalidateQueries({ queryKey: gateway.limits.key() });
  const undoing = useMutation(gateway.limits.update.mutationOptions({ onSettled: refresh }));
  const saving = useMutation(
    gateway.limits.update.mutationOptions({
      onSuccess: () => {
        void refresh();
        showUndoable(t('limit.saved', { name }), () => undoing.mutate({ id, ...before }));
        onClose();
      },
    }),
  );
  const set = (field: keyof Caps) => (value: number | null) => setCaps({ ...caps, [field]: value });
  return (
    <FormWindow
      title={t('limit.editOf', { name })}
      size="lg"
      error={saving.error}
      busy={saving.isPending}
      onSubmit={() => saving.mutate({ id, ...caps })}
      onClose={onClose}
    >
      <Text size="sm" c="dimmed">
        {t('limit.about')}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        {budgets.map((field, index) => (
          <AmountInput
            key={field}
            label={t(`limit.${field}`)}
            prefix="$"
            min={0}
            decimalScale={9}
            value={caps[field]}
            onChange={set(field)}
            placeholder={t('limit.none')}
            data-autofocus={index === 0 || undefined}
          />
        ))}
        {rates.map((field) => (
          <AmountInput
            key={field}
            label={t(`limit.${field}`)}
            min={1}
            whole
            value={caps[field]}
            onChange={set(field)}
            placeholder={t('limit.none')}
          />
        ))}
      </SimpleGrid>
    </FormWindow>
  );
}
