import { PasswordInput, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderInfo } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showDone } from '../../notices.tsx';
import { FormWindow } from '../../parts/FormWindow.tsx';
import { gateway } from '../../queries.ts';
import { useKept } from '../../use-kept.ts';
import { Doubt } from './Doubt.tsx';

interface AddKeyProps {
  providers: ProviderInfo[];
  /** The one that was asked for already. */
  provider: string | undefined;
  onClose(): void;
}

/** Takes a key, has it tried with its provider, and says how that went. */
export function AddKey({ providers, provider: wanted, onClose }: AddKeyProps) {
  const [provider, setProvider] = useState(wanted ?? null);
  const [key, setKey] = useState('');
  const [label, setLabel] = useKept('addKey.label', '');
  const adding = useMutation(
    gateway.providerKeys.add.mutationOptions({
      onSuccess: (added) => {
        if (added.status !== 'works') return;
        showDone(t('providers.keyWorks'));
        onClose();
      },
    }),
  );
  if (adding.isSuccess && adding.data.status !== 'works') {
    const { status } = adding.data;
    return <Doubt title={t('providers.addKey')} status={status} advice={t(`keyAdvice.${status}`)} onClose={onClose} />;
  }
  return (
    <FormWindow
      title={t('providers.addKey')}
      action={t('providers.checkAndAdd')}
      error={adding.error}
      busy={adding.isPending}
      incomplete={provider === null || key.trim() === ''}
      onSubmit={() => provider !== null && adding.mutate({ provider, key, ...(label.trim() !== '' && { label }) })}
      onClose={onClose}
    >
      <Select
        label={t('word.provider')}
        data={providers
          .filter((one) => one.kind === 'builtIn' || one.kind === 'custom')
          .map((one) => ({ value: one.id, label: one.name }))}
        value={provider}
        onChange={setProvider}
        searchable
        required
        withAsterisk={false}
        data-autofocus={wanted === undefined || undefined}
      />
      <PasswordInput
        label={t('providers.key')}
        description={t('providers.keyAbout')}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        autoComplete="off"
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': t('providers.showKey') }}
        data-autofocus={wanted !== undefined || undefined}
      />
      <TextInput
        label={t('providers.label')}
        placeholder={t('providers.labelExample')}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
    </FormWindow>
  );
}
