import { beforeAll, describe, expect, it } from 'vitest';
import { type Body, readJsonBody } from '../body/read.ts';
import type { ClientDialect } from '../chat.ts';
import { dialects, outbounds } from '../dialects/index.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import { createCatalog, type Provider } from '../providers/catalog.ts';
import { createUnwrap, unwrapReply } from './custom-tools.ts';
import { prepare } from './outgoing.ts';
import { createThoughts } from './thoughts.ts';

type Json = Record<string, unknown>;

let catalog: ReadonlyMap<string, Provider>;
beforeAll(() => {
  catalog = createCatalog({});
});

async function prepared(inbound: ClientDialect, json: Json, more: Partial<Exchange> & { provider: string }) {
  const bytes = Buffer.from(JSON.stringify(json));
  const body: Body = await readJsonBody({ bytes, digest: '' });
  const exchange = {
    inbound: dialects[inbound],
    body,
    request: dialects[inbound].readRequest(body.json),
    client: { id: 'key-1' },
    decision: { obeyed: true },
    losses: [],
    ...more,
  } as unknown as Exchange;
  const provider = catalog.get(more.provider) as Provider;
  return prepare({ exchange, provider, target: { name: 'the-model' }, thoughts: createThoughts() });
}

const sent = ({ body }: { body: Buffer[] }): Json => JSON.parse(Buffer.concat(body).toString()) as Json;

const CODEX = {
  model: 'x',
  tools: [{ type: 'custom', name: 'shell' }],
  input: [
    {
      type: 'additional_tools',
      role: 'developer',
      tools: [
        { type: 'custom', name: 'apply_patch', description: 'Edits files.' },
        { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } },
        { type: 'web_search' },
      ],
    },
    { role: 'user', content: 'Go.' },
  ],
};

describe('what is sent to a provider of another dialect', () => {
  it('offers the tools of the conversation, and remembers which of them take free text', async () => {
    const outgoing = await prepared('openai-responses', CODEX, { provider: 'anthropic' });
    expect(sent(outgoing).tools).toMatchObject([{ name: 'shell' }, { name: 'apply_patch' }, { name: 'look' }]);
    expect(outgoing.losses).toContainEqual({ field: 'tools[3]', why: expect.stringContaining('web_search') });
    const content = ['shell', 'apply_patch', 'look'].map((name, at) => ({
      type: 'tool_use',
      id: `toolu_${at}`,
      name,
      input: { input: `text of ${name}` },
    }));
    const answer = { id: 'msg_1', type: 'message', role: 'assistant', model: 'x', content, stop_reason: 'tool_use' };
    const reply = unwrapReply(outgoing, outbounds.anthropic.readReply(answer));
    expect(reply.choices[0]?.parts).toMatchObject([
      { name: 'shell', kind: 'custom', input: 'text of shell' },
      { name: 'apply_patch', kind: 'custom', input: 'text of apply_patch' },
      { name: 'look', kind: 'function', input: '{"input":"text of look"}' },
    ]);
    expect(createUnwrap(outgoing)).toBeDefined();
  });

  it('calls tools by other names where the provider takes no such names, and by their own to the client', async () => {
    const name = `mcp__${'a'.repeat(100)}`;
    const body = { model: 'x', input: 'Go.', tools: [{ type: 'custom', name }] };
    const outgoing = await prepared('openai-responses', body, { provider: 'gemini' });
    expect(outgoing.tools.map((tool) => tool.name)).toEqual([name]);
    expect(JSON.stringify(sent(outgoing))).not.toContain(name);
    expect(outgoing.names).toBeDefined();
  });
});

describe('what is sent to a provider of the client’s dialect', () => {
  const messages = [{ role: 'user', content: 'Go.' }];

  it('is what the client sent, but for the name of the model', async () => {
    const outgoing = await prepared(
      'anthropic',
      { model: 'x', max_tokens: 9, unknown: { a: 1 }, messages },
      { provider: 'anthropic' },
    );
    expect(outgoing).toMatchObject({ untouched: true, losses: [] });
    expect(Buffer.concat(outgoing.body).toString()).toBe(
      JSON.stringify({ model: 'the-model', max_tokens: 9, unknown: { a: 1 }, messages }),
    );
  });

  it('is written anew where a budget leaves less than the client asked for, and that is said', async () => {
    const body = { model: 'x', max_tokens: 9000, unknown: { a: 1 }, messages };
    const outgoing = await prepared('anthropic', body, { provider: 'anthropic', outputLimit: 50 });
    expect(sent(outgoing)).toMatchObject({ max_tokens: 50, unknown: { a: 1 } });
    expect(outgoing.losses).toEqual([{ field: 'max_tokens', why: expect.stringContaining('budget') }]);
  });
});
