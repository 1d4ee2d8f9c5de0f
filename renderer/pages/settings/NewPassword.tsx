import { PasswordInput } from '@mantine/core';
import { t } from '../../i18n/index.ts';

/** A password to be set. */
export function NewPassword({ value, onChange }: { value: string; onChange(password: string): void }) {
  return (
    <PasswordInput
      required
      minLength={10}
      label={t('account.password')}
      description={t('account.passwordAbout')}
      autoComplete="new-password"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
    />
  );
}
