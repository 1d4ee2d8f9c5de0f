import type { ClientName, Pair } from './rows.ts';

/**
 * What the written rules of docs/dialects.md let go between two dialects. A difference passes for one of these only where the gateway has
 * reported it in words that fit; all others are misses.
 */
interface Rule {
  /** Where the difference is: a field of what was asked or answered, or `refused` for a 400 before any call. */
  fields: readonly string[];
  to?: readonly string[];
  from?: readonly ClientName[];
  features?: readonly string[];
  reported: RegExp;
}

const RULES: readonly Rule[] = [
  { fields: ['parallel'], to: ['Gemini', 'Cohere'], reported: /cannot be held to one call at a time/ },
  { fields: ['stop'], to: ['OpenAI Responses'], reported: /the Responses API has no such parameter/ },
  { fields: ['temperature'], to: ['OpenAI Responses'], reported: /the model takes no sampling parameters/ },
  { fields: ['effort'], to: ['Mistral'], reported: /the model takes no reasoning effort/ },
  { fields: ['turns'], features: ['call without a result'], reported: /has no result: told as not carried out/ },
  { fields: ['isError'], reported: /failed|is_error/ },
  { fields: ['schema'], to: ['DeepSeek'], reported: /promises JSON, but not by a schema/ },
  { fields: ['usage.cacheWrite'], from: ['Gemini'], reported: /counts no tokens written to a cache/ },
  {
    fields: ['refused'],
    to: ['Cohere', 'Groq', 'DeepSeek', 'xAI', 'Together', 'Cerebras', 'Ollama', 'LM Studio', 'vLLM'],
    features: ['document'],
    reported: /does not take document|takes text and images, not document/,
  },
];

interface Lost {
  pair: Pair;
  feature: string;
  field: string;
  losses: readonly { field: string; why: string }[];
}

/** Whether a rule lets this go, and it was said. */
export const isAllowed = ({ pair, feature, field, losses }: Lost): boolean =>
  RULES.some(
    ({ fields, to, from, features, reported }) =>
      fields.includes(field) &&
      (to?.includes(pair.outbound) ?? true) &&
      (from?.includes(pair.inbound) ?? true) &&
      (features?.includes(feature) ?? true) &&
      losses.some((loss) => reported.test(`${loss.field}: ${loss.why}`)),
  );
