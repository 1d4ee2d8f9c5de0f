import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { explainFailure } from '../failure.ts';
import { t } from '../i18n/index.ts';

interface FailureProps {
  error: unknown;
  /** What it promises is waited for, so that one sees that it is being tried. */
  onRetry?: () => unknown;
}

/** What went wrong and what to do, with a way to try again. */
export function Failure({ error, onRetry }: FailureProps) {
  const [trying, setTrying] = useState(false);
  const { title, advice } = explainFailure(error);
  const retry = async () => {
    setTrying(true);
    await onRetry?.();
    setTrying(false);
  };
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{advice}</Text>
        {onRetry && (
          <Button size="xs" variant="default" loading={trying} onClick={() => void retry()}>
            {t('action.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
