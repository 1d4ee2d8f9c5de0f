import { isMessage, t } from './i18n/index.ts';

/** What the classifier noticed of a request, in words. */
export function signalName(signal: string): string {
  const key = `signal.${signal}`;
  return isMessage(key) ? t(key) : signal;
}
