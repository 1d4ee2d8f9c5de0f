import type { Headers } from './upstream.ts';

/**
 * What is kept of a provider's reply headers: the id under which its support finds the call, and what is left of its limits.
 * Rows name a header by its place: new ones go to the end, and a place once used is never used for another.
 * The limits are named as the guides to rate limits of OpenAI (platform.openai.com/docs/guides/rate-limits), Groq and Anthropic
 * (docs.anthropic.com/en/api/rate-limits) name them; the ids of Azure, Mistral and Cohere are believed, not looked up.
 */
const NAMES = [
  'x-request-id',
  'request-id',
  'apim-request-id',
  'mistral-correlation-id',
  'x-debug-trace-id',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-remaining-tokens',
  'anthropic-ratelimit-requests-remaining',
  'anthropic-ratelimit-tokens-remaining',
  'anthropic-ratelimit-input-tokens-remaining',
  'anthropic-ratelimit-output-tokens-remaining',
  'retry-after',
] as const;

/** Beyond this a value says nothing to a reader. */
const LONGEST = 100;
/** Between a place and its value, and between headers. */
const [IS, NEXT] = ['=', ' '];

/** `0=req_1 6=1999`; null where the provider said nothing of it. Values with spaces or beyond a hundred characters are left out. */
export function writeKeptHeaders(headers: Headers): string | null {
  let kept = '';
  for (let place = 0; place < NAMES.length; place++) {
    const name = NAMES[place];
    const value = name === undefined ? undefined : headers[name];
    if (typeof value !== 'string' || value === '' || value.length > LONGEST || value.includes(NEXT)) continue;
    kept += kept === '' ? `${place}${IS}${value}` : `${NEXT}${place}${IS}${value}`;
  }
  return kept === '' ? null : kept;
}

/** What `writeKeptHeaders` wrote. */
export function readKeptHeaders(kept: string | null): { name: string; value: string }[] {
  return (kept?.split(NEXT) ?? []).flatMap((header) => {
    const at = header.indexOf(IS);
    const name = NAMES[Number(header.slice(0, at))];
    return at < 1 || name === undefined ? [] : [{ name, value: header.slice(at + 1) }];
  });
}
