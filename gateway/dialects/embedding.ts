import type { ChatRequest, Message } from '../chat.ts';
import { GatewayError } from '../errors.ts';

export function textMessage(text: string): Message {
  return { role: 'user', parts: [{ type: 'text', text }] };
}

/** The inputs as texts. Throws `unsupported` where one of them is something else. */
export function textsOf({ messages }: ChatRequest, provider: string): string[] {
  return messages.map(({ parts }, index) =>
    parts
      .map((part) => {
        if (part.type === 'text') return part.text;
        const label = part.type === 'opaque' ? part.label : part.type;
        throw new GatewayError(
          'unsupported',
          `input[${index}]: ${provider} makes vectors of texts, not of ${label}. Send the text itself.`,
          { field: `input[${index}]` },
        );
      })
      .join(''),
  );
}

/** Little-endian 32-bit floats, as OpenAI's `encoding_format: base64` has them. */
export function toBase64(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

export function fromBase64(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  const floats = new Float32Array(Math.floor(bytes.length / 4));
  for (let index = 0; index < floats.length; index++) floats[index] = bytes.readFloatLE(index * 4);
  return [...floats];
}
