import { useQueryClient } from '@tanstack/react-query';
import { t } from '../../i18n/index.ts';
import { showDone } from '../../notices.tsx';
import { gateway } from '../../queries.ts';

/** What follows a change of the account. */
export function useSaved(onClose: () => void): () => void {
  const queries = useQueryClient();
  return () => {
    onClose();
    showDone(t('account.saved'));
    void queries.invalidateQueries({ queryKey: gateway.account.key() });
  };
}
