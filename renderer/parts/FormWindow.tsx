import { Button, Group, type ModalProps, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { Failure } from './Failure.tsx';
import { Window } from './Window.tsx';

interface FormWindowProps extends Pick<ModalProps, 'size'> {
  title: string;
  /** Of the button that does it; `Save` where nothing is said. */
  action?: string;
  /** Why the gateway refused; null: it did not. */
  error: unknown;
  busy: boolean;
  /** Something is missing without which it cannot be done. */
  incomplete?: boolean;
  onSubmit(): void;
  onClose(): void;
  children: ReactNode;
}

/** A window with a few fields to fill in. */
export function FormWindow({ size = 'md', action, error, busy, incomplete = false, ...window }: FormWindowProps) {
  const { title, onSubmit, onClose, children } = window;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Window onClose={onClose} size={size} title={title}>
      <form onSubmit={submit}>
        <Stack>
          {children}
          {error !== null && <Failure error={error} />}
          <Group justify="flex-end" gap="xs" className="window-actions">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={incomplete}>
              {action ?? t('action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Window>
  );
}
