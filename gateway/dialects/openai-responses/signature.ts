import type { DialectName, Signature } from '../../chat.ts';
import { NAME } from './wire.ts';

/** What was signed: a thinking block, one that is ciphertext as a whole, or the call of a tool that stands before. */
export type Signed = 'thinking' | 'redacted' | 'call';

const FOREIGN: readonly DialectName[] = ['openai-chat', 'anthropic', 'gemini'];
const SIGNED: readonly Signed[] = ['thinking', 'redacted', 'call'];

const prefixOf = (by: DialectName, signed: Signed): string => (signed === 'thinking' ? `${by}:` : `${by}+${signed}:`);

/**
 * A client hands `encrypted_content` back as it got it, so proofs of other providers travel in it under the name of their dialect.
 * OpenAI's own are base64 and never hold a colon.
 */
export function writeSignature({ by, value }: Signature, signed: Signed): string {
  return by === NAME ? value : prefixOf(by, signed) + value;
}

/** Undefined where the field is absent or empty. Looks at the first characters only. */
export function readSignature(value: unknown): { signature: Signature; signed: Signed } | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  for (const by of FOREIGN) {
    for (const signed of SIGNED) {
      const prefix = prefixOf(by, signed);
      if (value.startsWith(prefix)) return { signature: { by, value: value.slice(prefix.length) }, signed };
    }
  }
  return { signature: { by: NAME, value }, signed: 'thinking' };
}
