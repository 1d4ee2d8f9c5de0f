import type { JsonObject } from '../../chat.ts';
import type { Count, InboundCount } from '../dialect.ts';
import { field, isObject } from './fields.ts';
import { modelPath } from './wire.ts';

/** `countTokens` takes `contents` alone, or a whole request that names its model again (https://ai.google.dev/api/tokens, read 2026-11). */
export const geminiCount: Count & InboundCount = {
  writeRequest: (body, target) => ({
    path: pathOf(target.name),
    body: { generateContentRequest: { model: `models/${target.name}`, ...body } },
  }),
  read: (body) => (typeof body.totalTokens === 'number' ? body.totalTokens : undefined),
  pass(body, _request, target) {
    const whole = field(body.json, 'generateContentRequest');
    const isNamed = !isObject(whole) || whole.model === `models/${target.name}`;
    return isNamed ? { path: pathOf(target.name), body: [body.bytes] } : undefined;
  },
  writeReply: (tokens) => ({ totalTokens: tokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }] }),
};

const pathOf = (model: string): string => `${modelPath(model)}:countTokens`;

/** The request whose tokens are to be counted. */
export function countedRequest(body: JsonObject): JsonObject {
  const whole = field(body, 'generateContentRequest');
  return isObject(whole) ? whole : body;
}
