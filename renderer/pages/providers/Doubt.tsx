import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ProviderKeyInfo } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { Window } from '../../parts/Window.tsx';

interface DoubtProps {
  title: string;
  status: ProviderKeyInfo['status'];
  /** What to do about it. */
  advice: string;
  onClose(): void;
}

/** It is added, and the first try did not work. */
export function Doubt({ title, status, advice, onClose }: DoubtProps) {
  return (
    <Window onClose={onClose} title={title}>
      <Stack>
        <Alert color="yellow" variant="outline" title={t(`keyStatus.${status}`)} role="alert">
          {advice}
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t('action.close')}
          </Button>
        </Group>
      </Stack>
    </Window>
  );
}
