import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { LimitInfo } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { useRole } from '../../role.ts';
import { LimitForm } from './LimitForm.tsx';

interface SetLimitsProps {
  limit: LimitInfo;
  /** Whose limits they are. */
  name: string;
}

/** For the owner alone: limits are what a user is allowed. */
export function SetLimits({ limit, name }: SetLimitsProps) {
  const [editing, form] = useDisclosure(false);
  if (useRole() !== 'owner') return null;
  return (
    <>
      <Button size="compact-xs" variant="subtle" onClick={form.open} aria-label={t('limit.editOf', { name })}>
        {t('limit.edit')}
      </Button>
      {editing && <LimitForm limit={limit} name={name} onClose={form.close} />}
    </>
  );
}
