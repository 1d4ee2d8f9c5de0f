import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { explainFailure } from '../failure.ts';
import { t } from '../i18n/index.ts';

interface FailureProps {
  error: unknown;
  onRetry?: () => void;
}

/** What went wrong and what to do, with a way to try again. */
export function Failure({ error, onRetry }: FailureProps) {
  const { title, advice } = explainFailure(error);
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{advice}</Text>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('action.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
