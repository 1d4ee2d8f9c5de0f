import { ORPCError } from '@orpc/client';
import { isMessage, t } from './i18n/index.ts';

/** How a request of a client failed, by its code: a word or three. */
export function errorName(code: string | null): string {
  const key = `error.${code}`;
  return isMessage(key) ? t(key) : (code ?? t('status.error'));
}

/** A failed call in words: what it is, and what to do. The gateway's own sentence is kept where it says more than we could. */
export function explainFailure(error: unknown): { title: string; advice: string } {
  if (error instanceof ORPCError) {
    const key = `failure.${error.code}`;
    return {
      title: isMessage(key) ? t(key) : t('failure.refused'),
      advice: error.status >= 500 ? t('failure.internalAdvice') : error.message,
    };
  }
  return { title: t('failure.unreachable'), advice: t('failure.unreachableAdvice') };
}
