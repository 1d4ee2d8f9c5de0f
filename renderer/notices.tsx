import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { explainFailure } from './failure.ts';
import { t } from './i18n/index.ts';

const closeButtonProps = () => ({ 'aria-label': t('action.dismiss') });

/** That something failed, and what to do. */
export function showFailure(error: unknown): void {
  const { title, advice } = explainFailure(error);
  notifications.show({
    title,
    message: advice,
    color: 'red',
    autoClose: 10_000,
    icon: <IconAlertTriangle size={16} />,
    closeButtonProps: closeButtonProps(),
  });
}
