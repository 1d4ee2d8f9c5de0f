import { createStore, recall, remember } from '../store.ts';
import en from './en.json';

export type MessageKey = keyof typeof en;

export const languages = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof languages;

/** The language that is drawn; all of the page is drawn anew when it changes. */
export const language = createStore<Language>('en');
let messages: Record<MessageKey, string> = en;

/** Draws in a language, and keeps it for the next visit. */
export async function speak(next: Language): Promise<void> {
  messages = next === 'en' ? en : (await import('./es.json')).default;
  document.documentElement.lang = next;
  remember('language', next);
  language.set(next);
}

/** What was chosen before, else what the browser prefers. */
export function preferredLanguage(): Language {
  return languageOf(recall('language') ?? navigator.language);
}

/** The one of ours that comes nearest to a language by its BCP 47 name. */
export function languageOf(name: string): Language {
  return name.startsWith('es') ? 'es' : 'en';
}

/**
 * A message with its `{names}` filled in. Numbers are grouped as the language does it. A message of two forms, `one|many`, is chosen by
 * `count`.
 */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  const [one = key, many = one] = messages[key].split('|');
  const form = typeof values.count === 'number' && plural().select(values.count) !== 'one' ? many : one;
  return form.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? value.toLocaleString(language.get()) : value;
  });
}

/** Whether there is a message of this name, for names that come from the gateway. */
export function isMessage(key: string): key is MessageKey {
  return key in en;
}

function plural(): Intl.PluralRules {
  return new Intl.PluralRules(language.get());
}
