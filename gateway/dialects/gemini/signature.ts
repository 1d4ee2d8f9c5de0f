import type { DialectName, Signature, ThinkingPart } from '../../chat.ts';

interface Carrier {
  by: DialectName;
  redacted: boolean;
  prefix: string;
}

/**
 * Gemini clients send `thoughtSignature` back as they got it, so it can carry another maker's signature home. Each prefix is
 * base64 text of a whole number of bytes: a prefixed base64 signature stays valid base64 for clients that decode it.
 */
const CARRIERS: readonly Carrier[] = [
  { by: 'anthropic', redacted: false, prefix: 'llmgateway/signature/anthropic//' },
  { by: 'anthropic', redacted: true, prefix: 'llmgateway/encrypted/anthropic//' },
  { by: 'openai-chat', redacted: false, prefix: 'llmgateway/signature/openaichat/' },
  { by: 'openai-responses', redacted: false, prefix: 'llmgateway/signature/responses//' },
];

/** Private-use character in the mark that stands for the folded middle of a long string: what holds it is not rewritten. */
const FOLD = '\uE0F0';

/** `redacted` is true where the signature is the ciphertext of a whole thinking block. */
export function readSignature(value: string): { signature: Signature; redacted: boolean } {
  for (const { by, redacted, prefix } of CARRIERS) {
    const carried = value.slice(prefix.length);
    if (value.startsWith(prefix)) return { signature: { by, value: carried }, redacted };
    // Google's Python SDK decodes bytes, and encodes them again in the URL-safe alphabet; Anthropic signs in the standard one.
    if (value.startsWith(prefix.replaceAll('/', '_'))) {
      const restored = carried.includes(FOLD) ? carried : carried.replaceAll('-', '+').replaceAll('_', '/');
      return { signature: { by, value: restored }, redacted };
    }
  }
  return { signature: { by: 'gemini', value }, redacted: false };
}

/** Undefined where the maker has no way through a Gemini client. */
export function writeSignature({
  signature,
  redacted,
}: Pick<ThinkingPart, 'signature' | 'redacted'>): string | undefined {
  if (signature === undefined || signature.by === 'gemini') return signature?.value;
  const carrier = CARRIERS.find((each) => each.by === signature.by && each.redacted === (redacted === true));
  return carrier === undefined ? undefined : carrier.prefix + signature.value;
}
