import type { ProviderKeyInfo } from '../../../contract/index.ts';
import { t } from '../../i18n/index.ts';
import { showDone, showProblem } from '../../notices.tsx';

/** What came of trying a key or a provider; `advice`: what to do where it does not work. */
export function tellStatus(status: ProviderKeyInfo['status'], advice: string = t(`keyAdvice.${status}`)): void {
  if (status === 'works') showDone(t('providers.keyWorks'));
  else showProblem(t(`keyStatus.${status}`), advice);
}
