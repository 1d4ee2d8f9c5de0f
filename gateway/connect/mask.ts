import { FUTURE_KEY } from './tool.ts';

const HIDDEN = '••••••';

/** Names whose values are nobody's business. */
const NAMED =
  /(["']?[\w.-]*(?:key|token|secret|passw(?:or)?d|authorization|credential|cookie|bearer|private)[\w.-]*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,#}\]]+)/gi;
/** Keys as their makers mark them, and long runs of letters and digits. */
const MARKED = /\b(?:sk|pk|rk|gw|gsk|xai|ghp|gho|ghs|glpat|xox[a-z]|AIza|ya29|eyJ)[-_A-Za-z0-9.]{8,}/g;
const LONG = /(?=[\w+/=.-]*\d)(?=[\w+/=.-]*[A-Za-z])[\w+=-]{32,}/g;
const IN_URL = /(:\/\/)[^/\s@"']+@/g;

/** A line as it may be shown: whatever looks like a secret is hidden, rather too much than too little. */
export function mask(line: string): string {
  return line
    .replaceAll(NAMED, (_, name: string, value: string) => name + hide(value))
    .replaceAll(MARKED, HIDDEN)
    .replaceAll(LONG, HIDDEN)
    .replaceAll(IN_URL, `$1${HIDDEN}@`);
}

/** Names of variables, flags and openings of objects say nothing. */
function hide(value: string): string {
  if (/^(?:[{[]|(["']?)(?:[A-Z][A-Z0-9_]*|true|false|null|\d{1,4})\1$)/.test(value)) return value;
  const quote = /^["']/.exec(value)?.[0] ?? '';
  return `${quote}${value.includes(FUTURE_KEY) ? 'gw_…' : HIDDEN}${quote}`;
}
