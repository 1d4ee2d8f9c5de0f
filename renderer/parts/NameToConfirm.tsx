import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../i18n/index.ts';
import { Window } from './Window.tsx';

interface NameToConfirmProps {
  title: string;
  /** What will happen, and that there is no way back. */
  about: string;
  /** To be typed, so that it is not done in passing. */
  name: string;
  action: string;
  busy: boolean;
  onConfirm(): void;
  onClose(): void;
}

/** For what cannot be undone. */
export function NameToConfirm({ title, about, name, action, busy, onConfirm, onClose }: NameToConfirmProps) {
  const [typed, setTyped] = useState('');
  const right = typed.trim() === name;
  return (
    <Window onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (right) onConfirm();
        }}
      >
        <Stack>
          <Text size="sm">{about}</Text>
          <TextInput
            label={t('confirm.type', { name })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" color="red" disabled={!right} loading={busy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Window>
  );
}
