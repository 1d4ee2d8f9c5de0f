import type { DialectName, Signature } from '../../chat.ts';

const FOREIGN: readonly DialectName[] = ['openai-chat', 'openai-responses', 'gemini'];

/**
 * A client that speaks this dialect hands `signature` and `data` back as it got them, so proofs of other providers travel
 * in the same fields under the name of their dialect. Anthropic's own are base64 and never hold a colon.
 */
export function writeSignature(signature: Signature | undefined): string {
  if (signature === undefined) return '';
  return signature.by === 'anthropic' ? signature.value : `${signature.by}:${signature.value}`;
}

/** Undefined where the field is absent or empty. Looks at the first characters only. */
export function readSignature(value: unknown): Signature | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  for (const by of FOREIGN) {
    if (value.startsWith(`${by}:`)) return { by, value: value.slice(by.length + 1) };
  }
  return { by: 'anthropic', value };
}
