import { Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { t } from '../../i18n/index.ts';
import { Failure } from '../../parts/Failure.tsx';
import { SecretOnce } from '../../parts/SecretOnce.tsx';
import { Window } from '../../parts/Window.tsx';
import { gateway } from '../../queries.ts';
import { useKept } from '../../use-kept.ts';

/** Makes a key and shows it this once. */
export function CreateKey({ onClose }: { onClose(): void }) {
  const [name, setName] = useKept('createKey.name', '');
  const [cache, setCache] = useState(true);
  const creating = useMutation(gateway.gatewayKeys.create.mutationOptions());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    creating.mutate({ name: name.trim(), cache });
  };
  return (
    <Window
      onClose={onClose}
      size="lg"
      title={creating.isSuccess ? t('keys.created', { name: creating.data.gatewayKey.name }) : t('keys.create')}
      closeOnClickOutside={!creating.isSuccess}
    >
      {creating.isSuccess ? (
        <Stack>
          <SecretOnce warning={t('keys.once')} secret={creating.data.key} />
          <Text size="sm" c="dimmed">
            {t('keys.next')}
          </Text>
          <Group justify="flex-end">
            <Button component="a" href="#/connect" variant="default">
              {t('keys.toConnect')}
            </Button>
            <Button onClick={onClose}>{t('keys.kept')}</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={t('keys.name')}
              description={t('keys.nameAbout')}
              value={name}
              maxLength={100}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Switch
              label={t('keys.cache')}
              description={t('keys.cacheAbout')}
              checked={cache}
              onChange={(event) => setCache(event.currentTarget.checked)}
            />
            {creating.isError && <Failure error={creating.error} />}
            <Group justify="flex-end">
              <Button type="submit" loading={creating.isPending} disabled={name.trim() === ''}>
                {t('keys.create')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Window>
  );
}
