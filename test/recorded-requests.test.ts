import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { ChatRequest, ClientDialect, DialectName, JsonObject } from '../gateway/chat.ts';
import { dialects, outbounds } from '../gateway/dialects/index.ts';
import { GatewayError } from '../gateway/errors.ts';
import { loadFixture } from './fake-answers.ts';
import { check, schemaOf } from './wire-schema.ts';

/** Every recorded request, read in the client's dialect and written for each kind of provider: of its schema, and of the same meaning. */

const APIS: Record<string, ClientDialect> = {
  chat: 'openai-chat',
  responses: 'openai-responses',
  anthropic: 'anthropic',
  gemini: 'gemini',
};

const MODELS: Record<DialectName, string> = {
  'openai-chat': 'gpt-4.1',
  'openai-responses': 'gpt-5-codex',
  anthropic: 'claude-sonnet-4-5',
  gemini: 'gemini-3-pro-preview',
  cohere: 'command-a-03-2025',
};

const recorded = (
  JSON.parse(readFileSync(new URL('fixtures/providers/index.json', import.meta.url), 'utf8')) as {
    id: string;
    api: string;
    op: string;
    status: number;
  }[]
).flatMap(({ id, api, op, status }) => {
  const name = APIS[api];
  const body = loadFixture(id).request?.body;
  if (name === undefined || body === undefined || status !== 200 || /embeddings|count_tokens/.test(op)) return [];
  return [{ id, request: dialects[name].readRequest(body) }];
});

const CHECKS: Record<DialectName, (body: JsonObject) => void> = (() => {
  const chat = schemaOf('openai.openapi-subset', 'CreateChatCompletionRequest');
  const response = schemaOf('openai.openapi-subset', 'CreateResponse');
  const message = schemaOf('anthropic.sdk-types', 'MessageCreateParams');
  const content = schemaOf('gemini.sdk-types', 'Content');
  const tool = schemaOf('gemini.sdk-types', 'Tool');
  const toolConfig = schemaOf('gemini.sdk-types', 'ToolConfig');
  const config = schemaOf('gemini.sdk-types', 'GenerationConfig');
  return {
    'openai-chat': (body) => check(chat, body),
    'openai-responses': (body) => check(response, body),
    anthropic: (body) => check(message, body),
    gemini({ contents, tools, toolConfig: calling, generationConfig }) {
      for (const each of contents as unknown[]) check(content, each);
      for (const each of (tools ?? []) as unknown[]) check(tool, each);
      if (calling !== undefined) check(toolConfig, calling);
      // Google’s examples say levels in small letters, its SDK in capitals.
      if (generationConfig !== undefined) check(config, JSON.parse(JSON.stringify(generationConfig), capitalLevel));
    },
    cohere({ messages }) {
      const roles = (messages as JsonObject[]).map(({ role }) => role);
      expect(roles.every((role) => ['system', 'user', 'assistant', 'tool'].includes(String(role)))).toBe(true);
    },
  };
})();

const capitalLevel = (key: string, value: unknown): unknown =>
  key === 'thinkingLevel' && typeof value === 'string' ? value.toUpperCase() : value;

/** Undefined where the provider cannot serve it, which has to be said by naming a field. */
function write(dialect: DialectName, request: ChatRequest): JsonObject | undefined {
  try {
    return outbounds[dialect].writeRequest(request, { name: MODELS[dialect] }).body;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    expect(error).toMatchObject({ status: 400, field: expect.stringMatching(/./) });
    return undefined;
  }
}

/** What was said by whom, which tools there are, and which calls were answered; ids and blank space are the dialect's own. */
function meaning({ messages, tools }: ChatRequest) {
  const texts = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
  const parts = messages.flatMap((message) => message.parts);
  return {
    text: texts.join('').replaceAll(/\s+/g, ''),
    tools: tools.filter(({ kind }) => kind !== 'hosted').map(({ name }) => name),
    calls: parts.flatMap((part) => (part.type === 'toolCall' ? [part.name] : [])),
    results: parts.filter(({ type }) => type === 'toolResult').length,
  };
}

test('there are two hundred requests', () => expect(recorded.length).toBeGreaterThan(190));

describe.each(Object.keys(outbounds) as DialectName[])('written for %s', (dialect) => {
  it.each(recorded)('$id is of its schema, and means the same', ({ request }) => {
    const body = write(dialect, request);
    if (body === undefined) return;
    const sent = JSON.parse(JSON.stringify(body)) as JsonObject;
    // Between speakers of one dialect their own fields go through, which OpenAI's schema does not know.
    if (request.dialect !== dialect) CHECKS[dialect](sent);
    if (dialect === 'cohere') return;
    const told = meaning(dialects[dialect].readRequest(sent));
    const asked = meaning(request);
    expect({ ...told, text: '' }).toEqual({ ...asked, text: '' });
    // Media of a tool's result may move to a message of its own, with a word that says so.
    if (!JSON.stringify(sent).includes('ttach')) expect(told.text).toBe(asked.text);
  });
});
