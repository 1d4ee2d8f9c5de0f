import { LONG_TEXT_BYTES } from './scan.ts';

const LONGEST_ESCAPE = '\\u0000'.length;

/** Bytes that a character of ASCII may take in JSON: some clients spell those as escapes that a page of HTML would stumble over. */
const WIDTHS = Uint8Array.from({ length: 128 }, (_, code) => {
  const sign = String.fromCharCode(code);
  if ('\b\t\n\f\r\\/'.includes(sign)) return 2;
  return code < 0x20 || code === 0x7f || `"&'+<>\``.includes(sign) ? LONGEST_ESCAPE : 1;
});

/**
 * Whether a text is so short that it is folded in no body, however its client spells JSON. What is told by looking into such texts alone is told
 * alike while a conversation grows, and what a provider has cached of it stays good.
 */
export function staysWhole(text: string): boolean {
  if (text.length > LONG_TEXT_BYTES) return false;
  let bytes = 0;
  for (let at = 0; at < text.length; at++) bytes += WIDTHS[text.charCodeAt(at)] ?? LONGEST_ESCAPE;
  return bytes <= LONG_TEXT_BYTES;
}
