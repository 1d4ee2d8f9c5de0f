import { Button, Group, Stack, Text } from '@mantine/core';
import { exactTime } from '../../format.ts';
import { t } from '../../i18n/index.ts';
import { SecretOnce } from '../../parts/SecretOnce.tsx';
import { Window } from '../../parts/Window.tsx';

export interface Link {
  code: string;
  name: string;
  endsAtMs: number;
}

/** A link that works once, shown this once. */
export function LinkOnce({ link: { code, name, endsAtMs }, onClose }: { link: Link; onClose(): void }) {
  return (
    <Window onClose={onClose} size="lg" title={t('users.linkFor', { name })} closeOnClickOutside={false}>
      <Stack>
        <SecretOnce
          warning={t('users.linkOnce', { at: exactTime(endsAtMs) })}
          secret={`${location.origin}/#/invitation/${code}`}
        />
        <Text size="sm" c="dimmed">
          {t('users.linkNext', { name })}
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('keys.kept')}</Button>
        </Group>
      </Stack>
    </Window>
  );
}
