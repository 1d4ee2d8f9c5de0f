import { ActionIcon, CopyButton as Copying, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { t } from '../i18n/index.ts';

export function CopyButton({ value }: { value: string }) {
  return (
    <Copying value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={t(copied ? 'action.copied' : 'action.copy')}>
          <ActionIcon variant="subtle" color={copied ? 'pine' : 'gray'} onClick={copy} aria-label={t('action.copy')}>
            {copied ? <IconCheck size={16} stroke={1.6} /> : <IconCopy size={16} stroke={1.6} />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copying>
  );
}
