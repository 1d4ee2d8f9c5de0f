import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { explainFailure } from './failure.ts';
import { t } from './i18n/index.ts';

/** How long a chance to undo stays, in milliseconds. */
const UNDO_MS = 12_000;

const closeButtonProps = () => ({ 'aria-label': t('action.dismiss') });

/** That something was done. */
export function showDone(message: string): void {
  notifications.show({
    role: 'status',
    message,
    color: 'pine',
    icon: <IconCheck size={16} />,
    closeButtonProps: closeButtonProps(),
  });
}

/** That something was done, with a way back. */
export function showUndoable(message: string, undo: () => void): void {
  const id = notifications.show({
    role: 'status',
    autoClose: UNDO_MS,
    color: 'pine',
    closeButtonProps: closeButtonProps(),
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
  notifications.show({
    title,
    message: advice,
    color: 'red',
    autoClose: 10_000,
    icon: <IconAlertTriangle size={16} />,
    closeButtonProps: closeButtonProps(),
  });
}
