import { Alert, Button, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ProviderInfo } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showDone } from '../../notices.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Window } from '../../parts/Window.tsx';
import { gateway } from '../../queries.ts';

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
  const [label, setLabel] = useState('');
  const adding = useMutation(
    gateway.providerKeys.add.mutationOptions({
      onSuccess: (added) => {
        if (added.status !== 'works') return;
        showDone(t('providers.keyWorks'));
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (provider !== null) adding.mutate({ provider, key, ...(label.trim() !== '' && { label }) });
  };
  return (
    <Window onClose={onClose} title={t('providers.addKey')}>
      {adding.isSuccess && adding.data.status !== 'works' ? (
        <Stack>
          <Alert color="yellow" variant="outline" title={t(`keyStatus.${adding.data.status}`)}>
            {t(`keyAdvice.${adding.data.status}`)}
          </Alert>
          <Group justify="flex-end">
            <Button onClick={onClose}>{t('action.close')}</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
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
            {adding.isError && <Failure error={adding.error} />}
            <Group justify="space-between">
              <Text size="xs" c="dimmed" maw={220}>
                {t('providers.keyCheck')}
              </Text>
              <Button type="submit" loading={adding.isPending} disabled={provider === null || key.trim() === ''}>
                {t('providers.checkAndAdd')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Window>
  );
}
