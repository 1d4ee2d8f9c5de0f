import { Button, Group, Text } from '@mantine/core';
import { type NotificationData, notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { explainFailure } from './failure.ts';
import { t } from './i18n/index.ts';

/** How long a chance to undo stays, in milliseconds. */
const UNDO_MS = 30_000;

/** More would reach beyond the free end of the sidebar; the oldest gives way to a new one. */
const MOST = 3;
const shown: string[] = [];

function show(notice: NotificationData): string {
  const id = notifications.show({ closeButtonProps: closeButtonProps(), ...notice });
  shown.push(id);
  for (const old of shown.splice(0, shown.length - MOST)) notifications.hide(old);
  return id;
}

const closeButtonProps = () => ({ 'aria-label': t('action.dismiss') });

/** That something was done. */
export function showDone(message: string): void {
  show({
    role: 'status',
    message,
    color: 'pine',
    icon: <IconCheck size={16} />,
  });
}

/** That something was done, with a way back. */
export function showUndoable(message: string, undo: () => void): void {
  const id = show({
    role: 'status',
    autoClose: UNDO_MS,
    color: 'pine',
    message: (
      <Group justify="space-between" gap="xs">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-xs"
          variant="light"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {t('action.undo')}
        </Button>
      </Group>
    ),
  });
}

/** That something failed, and what to do. */
export function showFailure(error: unknown): void {
  const { title, advice } = explainFailure(error);
  showProblem(title, advice);
}

/** That something did not come out well, though the gateway did what it was asked. */
export function showProblem(title: string, advice: string): void {
  show({
    title,
    message: advice,
    color: 'red',
    autoClose: 10_000,
    icon: <IconAlertTriangle size={16} />,
  });
}
