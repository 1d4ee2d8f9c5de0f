import { decimal, money } from './format.ts';
import en from './i18n/en.json';
import { isMessage, language, t } from './i18n/index.ts';
import { createReadBack } from './i18n/read-back.ts';

const BEGINNING = 'said.';
const reasons = Object.fromEntries(
  Object.entries(en).flatMap(([key, text]) => (key.startsWith(BEGINNING) ? [[key.slice(BEGINNING.length), text]] : [])),
);

let translate: ((sentence: string) => string) | undefined;

/**
 * What the gateway said of a decision, a policy or a tool, in the language that is drawn. It speaks English, as rows keep its reasons and programs and terminals read
 * them: here they are known again by the English messages. What is not known stays as it is.
 */
export function inWords(sentence: string): string {
  if (language.get() === 'en') return sentence;
  translate ??= createReadBack(
    reasons,
    (name, told) => {
      const key = `said.${name}`;
      return isMessage(key) ? t(key, told) : name;
    },
    writeFigure,
  );
  return translate(sentence);
}

function writeFigure(part: string): string {
  if (/^\$\d+(\.\d+)?$/.test(part)) return money(Number(part.slice(1)));
  if (/^\d+\.\d+$/.test(part)) return decimal(Number(part), part.length - part.indexOf('.') - 1);
  return part;
}
