import { PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/index.ts';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';
import { NewPassword } from './NewPassword.tsx';
import { useSaved } from './use-saved.ts';

/** For a user who knows the present password; who does not asks the owner for a link. */
export function PasswordForm({ onClose }: { onClose(): void }) {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const saving = useMutation(gateway.account.changePassword.mutationOptions({ onSuccess: useSaved(onClose) }));
  return (
    <FormWindow
      title={t('account.changePassword')}
      error={saving.error}
      busy={saving.isPending}
      onSubmit={() => saving.mutate({ current, password })}
      onClose={onClose}
    >
      <PasswordInput
        required
        label={t('account.current')}
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
        data-autofocus
      />
      <NewPassword value={password} onChange={setPassword} />
    </FormWindow>
  );
}
