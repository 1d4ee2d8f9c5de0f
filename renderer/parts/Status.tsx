import { Group, Text, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconAlertCircle, IconBolt, IconCircleCheck, IconCircleMinus } from '@tabler/icons-react';
import type { RequestInfo } from '../../contract/index.ts';
import { errorName } from '../failure.ts';
import { t } from '../i18n/index.ts';

type Shown = Pick<RequestInfo, 'status' | 'cache' | 'errorCode' | 'errorMessage'>;

interface StatusProps {
  request: Shown;
  /** What went well is told by its sign alone; the word is there on hover. */
  brief?: boolean;
}

/** How a request ended, in a sign and a word. */
export function Status({ request, brief = false }: StatusProps) {
  const { status, cache, errorCode, errorMessage } = request;
  if (status === 'error') {
    return (
      <Tooltip label={errorMessage ?? errorCode} multiline maw={360} disabled={!errorMessage && !errorCode}>
        <Mark icon={<IconAlertCircle size={15} />} color="var(--bad)" text={errorName(errorCode)} />
      </Tooltip>
    );
  }
  if (status === 'cancelled') {
    return (
      <Mark icon={<IconCircleMinus size={15} />} color="var(--mantine-color-dimmed)" text={t('status.cancelled')} />
    );
  }
  if (cache === 'hit' || cache === 'shared') {
    return <Good icon={<IconBolt size={15} />} color="var(--good)" text={t(`cache.${cache}`)} brief={brief} />;
  }
  return (
    <Good
      icon={<IconCircleCheck size={15} />}
      color="var(--mantine-color-dimmed)"
      text={t('status.ok')}
      brief={brief}
    />
  );
}

function Good({ icon, color, text, brief }: MarkProps & { brief: boolean }) {
  if (!brief) return <Mark icon={icon} color={color} text={text} />;
  return (
    <Tooltip label={text}>
      <Text component="span" c={color} style={{ display: 'inline-flex', verticalAlign: 'middle' }}>
        {icon}
        <VisuallyHidden>{text}</VisuallyHidden>
      </Text>
    </Tooltip>
  );
}

interface MarkProps {
  icon: React.ReactNode;
  color: string;
  text: string;
}

function Mark({ icon, color, text, ...rest }: MarkProps) {
  return (
    <Group
      gap={5}
      wrap="nowrap"
      c={color}
      component="span"
      {...rest}
      style={{ display: 'inline-flex', verticalAlign: 'middle', maxWidth: '100%' }}
    >
      <span style={{ display: 'inline-flex', flex: 'none' }}>{icon}</span>
      <Text size="sm" component="span" className="clip" miw={0}>
        {text}
      </Text>
    </Group>
  );
}
