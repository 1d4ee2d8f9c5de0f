import { beforeAll, describe, expect, it } from 'vitest';
import { type Body, readJsonBody } from '../body/read.ts';
import type { ClientDialect } from '../chat.ts';
import { dialects, outbounds } from '../dialects/index.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import { createCatalog, type Provider, rowFor } from '../providers/catalog.ts';
import { createUnwrap, unwrapReply } from './custom-tools.ts';
import { createItems } from './items.ts';
import { prepare } from './outgoing.ts';
import { createRefusals } from './refusals.ts';
import { createThoughts, type Thoughts } from './thoughts.ts';

type Json = Record<string, unknown>;

let catalog: ReadonlyMap<string, Provider>;
beforeAll(() => {
  catalog = createCatalog({});
});

async function prepared(
  inbound: ClientDialect,
  json: Json,
  more: Partial<Exchange> & { provider: string; model?: string; thoughts?: Thoughts },
) {
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
  const { model: name = 'the-model' } = more;
  const row = catalog.get(more.provider) as Provider;
  const provider = rowFor(row, { name, model: null }, inbound);
  const { thoughts = createThoughts() } = more;
  return prepare({
    exchange,
    provider,
    target: { name, quirks: provider.quirks },
    thoughts,
    items: createItems(),
    refusals: createRefusals(thoughts),
  });
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

/** Turns in the middle of a loop of tools that ask for thought, each with the proof of its dialect. */
const TURNS = {
  anthropic: {
    model: 'claude-sonnet-4-5',
    max_tokens: 8000,
    thinking: { type: 'enabled', budget_tokens: 2000 },
    tools: [{ name: 'look', input_schema: { type: 'object', properties: {} } }],
    messages: [
      { role: 'user', content: 'Look.' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'So.', signature: 'the-proof' },
          { type: 'tool_use', id: 'call_1', name: 'look', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'seen' }] },
    ],
  },
  'openai-responses': {
    model: 'gpt-5-codex',
    reasoning: { effort: 'high' },
    tools: [{ type: 'function', name: 'look', parameters: { type: 'object', properties: {} } }],
    input: [
      { role: 'user', content: 'Look.' },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'the-proof' },
      { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'seen' },
    ],
  },
  gemini: {
    model: 'gemini-3.1-pro-preview',
    generationConfig: { thinkingConfig: { thinkingLevel: 'high' } },
    tools: [{ functionDeclarations: [{ name: 'look' }] }],
    contents: [
      { role: 'user', parts: [{ text: 'Look.' }] },
      {
        role: 'model',
        parts: [{ functionCall: { id: 'call_1', name: 'look', args: {} }, thoughtSignature: 'the-proof' }],
      },
      { role: 'user', parts: [{ functionResponse: { id: 'call_1', name: 'look', response: { result: 'seen' } } }] },
    ],
  },
} satisfies Partial<Record<ClientDialect, Json>>;

describe('a turn with signed thoughts that falls back to another model', () => {
  it.each([
    ['anthropic', 'anthropic', 'claude-haiku-4-5'],
    ['openai-responses', 'openai', 'gpt-5.1'],
    ['gemini', 'gemini', 'gemini-3-flash-preview'],
  ] as const)('of %s takes its proof along to another of its maker: %s/%s', async (inbound, provider, model) => {
    const outgoing = await prepared(inbound, TURNS[inbound], { provider, model });
    expect(outgoing).toMatchObject({ untouched: true, losses: [] });
    expect(JSON.stringify(sent(outgoing))).toContain('the-proof');
  });

  it('takes it along where the other model has to be asked to think in another way', async () => {
    const outgoing = await prepared('anthropic', TURNS.anthropic, { provider: 'anthropic', model: 'claude-opus-5-5' });
    expect(outgoing.untouched).toBe(false);
    expect(sent(outgoing)).toMatchObject({ thinking: { type: 'adaptive' } });
    expect(JSON.stringify(sent(outgoing))).toContain('the-proof');
    expect(outgoing.losses.map(({ why }) => why).join()).toContain('no thinking budget');
  });

  const OFF = 'thinking is off for this turn';
  it.each([
    ['anthropic', 'openai', 'gpt-5-codex', 'signature', '"reasoning"'],
    ['anthropic', 'gemini', 'gemini-3.1-pro-preview', 'skips its check', 'thinkingConfig'],
    ['anthropic', 'deepseek', 'deepseek-v4-pro', 'signature', '"reasoning_content":"So."'],
    ['openai-responses', 'anthropic', 'claude-sonnet-4-5', OFF, undefined],
    ['openai-responses', 'anthropic', 'claude-opus-4-8', OFF, undefined],
    ['openai-responses', 'anthropic', 'claude-sonnet-5-5', OFF, 'between_tools'],
    ['openai-responses', 'gemini', 'gemini-3.1-pro-preview', 'skips its check', 'thinkingConfig'],
    ['openai-responses', 'deepseek', 'deepseek-v4-pro', OFF, '"disabled"'],
    ['gemini', 'anthropic', 'claude-sonnet-4-5', OFF, undefined],
    ['gemini', 'openai', 'gpt-5-codex', 'signature', '"effort"'],
  ] as const)(
    'of %s leaves its proof behind on the way to %s/%s, and says so',
    async (inbound, provider, model, why, how) => {
      const outgoing = await prepared(inbound, TURNS[inbound], { provider, model });
      const text = JSON.stringify(sent(outgoing));
      expect(text).not.toContain('the-proof');
      expect(outgoing.losses.map((loss) => loss.why).join('; ')).toContain(why);
      if (how === undefined) expect(text).not.toContain('"thinking"');
      else expect(text).toContain(how);
    },
  );

  it.each([
    ['another provider of its dialect', 'a-provider-of-my-own', 'another than Anthropic made their proofs'],
    ['nobody else', 'anthropic', undefined],
  ])('stays with its maker where that is known to be %s', async (_, maker, why) => {
    const thoughts = createThoughts();
    const provider = { ...(catalog.get('anthropic') as Provider), id: maker };
    const listener = thoughts.listen({ client: 'key-1', provider });
    const thought = { type: 'thinking', text: 'So.', signature: { by: 'anthropic', value: 'the-proof' } } as const;
    const call = { type: 'toolCall', id: 'call_1', name: 'look', input: '{}', kind: 'function' } as const;
    for (const [index, part] of [thought, call].entries())
      listener.hear({ type: 'open', choice: 0, index, part: { type: 'whole', part } });
    listener.keep();
    const [question, reasoning, ...rest] = TURNS['openai-responses'].input;
    const carried = { ...reasoning, encrypted_content: 'anthropic:the-proof' };
    const turn = { ...TURNS['openai-responses'], input: [question, carried, ...rest] };
    const how = { provider: 'anthropic', model: 'claude-sonnet-4-5', thoughts };
    const outgoing = await prepared('openai-responses', turn, how);
    const losses = outgoing.losses.map((loss) => loss.why).join('; ');
    expect(JSON.stringify(sent(outgoing)).includes('the-proof')).toBe(why === undefined);
    if (why === undefined) expect(losses).not.toContain('proofs');
    else expect(losses).toContain(why);
    expect(losses.includes(OFF)).toBe(why !== undefined);
  });

  it('goes to a model that cannot but think with its thoughts left out, and that is said', async () => {
    const outgoing = await prepared('gemini', TURNS.gemini, { provider: 'anthropic', model: 'claude-opus-5-5' });
    expect(sent(outgoing)).toMatchObject({ thinking: { type: 'adaptive' } });
    expect(outgoing.losses.map(({ why }) => why).join()).toContain('signature');
  });
});

describe('more tools than a provider takes', () => {
  const tools = Array.from({ length: 129 }, (_, at) => ({ name: `tool_${at}`, input_schema: { type: 'object' } }));
  const body = (count: number) => ({ ...TURNS.anthropic, tools: tools.slice(0, count) });
  const functions = tools.map(({ name }) => ({ type: 'function', function: { name } }));
  const chat = { model: 'x', messages: [{ role: 'user', content: 'Go.' }], tools: functions };

  it.each(['openai', 'groq', 'deepseek'])('are refused with its limit and its name: %s', async (provider) => {
    const { title } = catalog.get(provider) as Provider;
    const refusal = expect.objectContaining({
      code: 'unsupported',
      field: 'tools',
      message: expect.stringContaining(`${title} takes at most 128 tools, and there are 129`),
    });
    await expect(prepared('anthropic', body(129), { provider })).rejects.toEqual(refusal);
    expect(sent(await prepared('anthropic', body(128), { provider })).tools).toHaveLength(128);
  });

  it('go where there is no such limit', async () => {
    expect(sent(await prepared('openai-chat', chat, { provider: 'anthropic' })).tools).toHaveLength(129);
  });

  it('go as they are where both speak the same and the model was asked for by name; auto goes elsewhere', async () => {
    expect(await prepared('openai-chat', chat, { provider: 'openai' })).toMatchObject({ untouched: true });
    const chosen = { provider: 'openai', decision: { obeyed: false } as Exchange['decision'] };
    await expect(prepared('openai-chat', chat, chosen)).rejects.toMatchObject({ code: 'unsupported', retry: 'next' });
  });
});
