import { PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/index.ts';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';
import { tellStatus } from './tell-status.ts';

/** Puts another key in the place of one, once its provider takes it. */
export function ReplaceKey({ id, name, onClose }: { id: string; name: string; onClose(): void }) {
  const [key, setKey] = useState('');
  const replacing = useMutation(
    gateway.providerKeys.replace.mutationOptions({
      onSuccess: ({ status }) => {
        tellStatus(status);
        onClose();
      },
    }),
  );
  return (
    <FormWindow
      title={t('providers.replaceTitle', { name })}
      action={t('providers.replace')}
      error={replacing.error}
      busy={replacing.isPending}
      incomplete={key.trim() === ''}
      onSubmit={() => replacing.mutate({ id, key })}
      onClose={onClose}
    >
      <PasswordInput
        label={t('providers.newKey')}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': t('providers.showKey') }}
        data-autofocus
      />
    </FormWindow>
  );
}
