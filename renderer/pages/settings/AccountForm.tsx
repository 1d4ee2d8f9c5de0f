import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../i18n/index.ts';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';
import { useKept } from '../../use-kept.ts';
import { NewPassword } from './NewPassword.tsx';
import { useSaved } from './use-saved.ts';

/** The owner needs no present password: who is signed in as the owner may do everything. */
export function AccountForm({ email: before, onClose }: { email: string; onClose(): void }) {
  const [email, setEmail] = useKept('account.email', before);
  const [password, setPassword] = useState('');
  const saving = useMutation(gateway.account.set.mutationOptions({ onSuccess: useSaved(onClose) }));
  return (
    <FormWindow
      title={t('account.changeTitle')}
      error={saving.error}
      busy={saving.isPending}
      onSubmit={() => saving.mutate({ email: email.trim(), password })}
      onClose={onClose}
    >
      <TextInput
        required
        type="email"
        label={t('account.email')}
        autoComplete="username"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        data-autofocus
      />
      <NewPassword value={password} onChange={setPassword} />
    </FormWindow>
  );
}
