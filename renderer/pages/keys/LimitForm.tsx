import { Button, Group, Modal, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Caps, LimitInfo } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showUndoable } from '../../notices.tsx';
import { Failure } from '../../parts/Failure.tsx';
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate({ id, ...caps });
  };
  const set = (field: keyof Caps) => (value: string | number) =>
    setCaps({ ...caps, [field]: typeof value === 'number' ? value : null });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('limit.editOf', { name })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm" c="dimmed">
            {t('limit.about')}
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            {budgets.map((field, index) => (
              <NumberInput
                key={field}
                label={t(`limit.${field}`)}
                prefix="$"
                min={0}
                decimalScale={4}
                thousandSeparator=","
                value={caps[field] ?? ''}
                onChange={set(field)}
                hideControls
                placeholder={t('limit.none')}
                data-autofocus={index === 0 || undefined}
              />
            ))}
            {rates.map((field) => (
              <NumberInput
                key={field}
                label={t(`limit.${field}`)}
                min={1}
                allowDecimal={false}
                thousandSeparator=","
                value={caps[field] ?? ''}
                onChange={set(field)}
                hideControls
                placeholder={t('limit.none')}
              />
            ))}
          </SimpleGrid>
          {saving.isError && <Failure error={saving.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={saving.isPending}>
              {t('action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
