import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { t } from '../../i18n/index.ts';
import { showDone } from '../../notices.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Window } from '../../parts/Window.tsx';
import { gateway } from '../../queries.ts';

/** Puts another key in the place of one, once its provider takes it. */
export function ReplaceKey({ id, name, onClose }: { id: string; name: string; onClose(): void }) {
  const [key, setKey] = useState('');
  const replacing = useMutation(
    gateway.providerKeys.replace.mutationOptions({
      onSuccess: ({ status }) => {
        showDone(t(`keyStatus.${status}`));
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replacing.mutate({ id, key });
  };
  return (
    <Window onClose={onClose} title={t('providers.replaceTitle', { name })}>
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            label={t('providers.newKey')}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            autoComplete="off"
            visibilityToggleButtonProps={{ 'aria-label': t('providers.showKey') }}
            data-autofocus
          />
          {replacing.isError && <Failure error={replacing.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={replacing.isPending} disabled={key.trim() === ''}>
              {t('providers.replace')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Window>
  );
}
