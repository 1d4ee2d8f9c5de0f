import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The providers' own schemas of what goes over the wire (`fixtures/schemas`). */

type Json = Record<string, unknown>;

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./fixtures/schemas/${name}.json`, import.meta.url), 'utf8')) as Json;

/** A definition of one of the documents, with all that it refers to. */
export function schemaOf(file: string, name: string): z.ZodType {
  const document = read(file);
  const inOpenApi = 'components' in document;
  const definitions = inOpenApi ? (document.components as { schemas: Json }).schemas : (document.definitions as Json);
  const text = JSON.stringify({ definitions })
    .replaceAll('#/components/schemas/', '#/definitions/')
    // Alternatives overlap in OpenAI's document (a message is of two kinds); that one of them holds is what counts.
    .replaceAll('"oneOf":', '"anyOf":');
  const schema = { ...(JSON.parse(text) as Json), $ref: `#/definitions/${name}` };
  return z.fromJSONSchema({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema } as Parameters<
    typeof z.fromJSONSchema
  >[0]);
}

/** Fails with the value beside what is wrong with it. */
export function check(schema: z.ZodType, value: unknown): void {
  const result = schema.safeParse(value);
  if (result.success) return;
  const issues = result.error.issues.map((issue) => JSON.stringify(issue).slice(0, 1500));
  assert.fail([JSON.stringify(value).slice(0, 1500), ...issues].join('\n'));
}
