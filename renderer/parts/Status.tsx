import { Group, Text, Tooltip } from '@mantine/core';
import { IconAlertCircle, IconBolt, IconCircleCheck, IconCircleMinus } from '@tabler/icons-react';
import type { RequestInfo } from '../../contract/index.ts';
import { t } from '../i18n/index.ts';

type Shown = Pick<RequestInfo, 'status' | 'cache' | 'errorCode' | 'errorMessage'>;

/** How a request ended, in a sign and a word. */
export function Status({ request }: { request: Shown }) {
  const { status, cache, errorCode, errorMessage } = request;
  if (status === 'error') {
    return (
      <Tooltip label={errorMessage ?? errorCode} multiline maw={360} disabled={!errorMessage && !errorCode}>
        <Mark icon={<IconAlertCircle size={15} />} color="var(--bad)" text={errorCode ?? t('status.error')} />
      </Tooltip>
    );
  }
  if (status === 'cancelled') {
    return (
      <Mark icon={<IconCircleMinus size={15} />} color="var(--mantine-color-dimmed)" text={t('status.cancelled')} />
    );
  }
  if (cache === 'hit' || cache === 'shared') {
    return <Mark icon={<IconBolt size={15} />} color="var(--good)" text={t(`cache.${cache}`)} />;
  }
  return <Mark icon={<IconCircleCheck size={15} />} color="var(--mantine-color-dimmed)" text={t('status.ok')} />;
}

function Mark({ icon, color, text, ...rest }: { icon: React.ReactNode; color: string; text: string }) {
  return (
    <Group
      gap={5}
      wrap="nowrap"
      c={color}
      component="span"
      {...rest}
      style={{ display: 'inline-flex', verticalAlign: 'middle', maxWidth: '100%' }}
    >
      {icon}
      <Text size="sm" component="span" className="clip" miw={0}>
        {text}
      </Text>
    </Group>
  );
}
