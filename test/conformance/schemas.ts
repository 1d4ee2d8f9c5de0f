import type { z } from 'zod';
import { schemaOf } from '../wire-schema.ts';

const FILES = {
  ChatCompletion: 'openai.sdk-types',
  ChatCompletionChunk: 'openai.sdk-types',
  Response: 'openai.openapi-subset',
  ResponseStreamEvent: 'openai.openapi-subset',
  Message: 'anthropic.sdk-types',
  RawMessageStreamEvent: 'anthropic.sdk-types',
  Candidate: 'gemini.sdk-types',
  GenerateContentResponseUsageMetadata: 'gemini.sdk-types',
} as const;

const schemas = new Map<string, z.ZodType>();

/** Where a body does not keep to its provider's own schema. */
export function faultsOf(name: keyof typeof FILES, body: unknown): string[] {
  const schema = schemas.get(name) ?? schemaOf(FILES[name], name);
  schemas.set(name, schema);
  const checked = schema.safeParse(body);
  if (checked.success) return [];
  return checked.error.issues.slice(0, 3).map(({ path, message }) => `${name}.${path.join('.')}: ${message}`);
}
