import { describe, expect, it } from 'vitest';
import { dialects } from '../dialects/index.ts';
import { createSseReader } from '../sse.ts';
import { anyDemoModel, DEMO_MODELS, withDemo } from './demo.ts';
import type { Call, Caller, RunningCall } from './http.ts';

const NEXT: Caller = {
  call: () => {
    throw new Error('Nobody else should be called.');
  },
  close: async () => {},
};
const demo = withDemo(NEXT);
const TIMEOUTS = { connectMs: 1, firstByteMs: 1, silenceMs: 1 };

function run(request: object) {
  const told = { status: 0, text: '', pieces: 0, isOver: false };
  const over = Promise.withResolvers<typeof told>();
  const call: Call = {
    provider: 'demo',
    origin: 'http://demo.invalid',
    path: '/v1/chat/completions',
    method: 'POST',
    headers: {},
    body: [Buffer.from(JSON.stringify(request))],
  };
  const running: RunningCall = demo.call(call, TIMEOUTS, {
    head: (status) => (told.status = status),
    data(chunk) {
      told.text += String(chunk);
      told.pieces += 1;
    },
    end() {
      told.isOver = true;
      over.resolve(told);
    },
    fail: over.reject,
  });
  return { running, told, over: over.promise };
}

const user = (content: unknown) => ({ model: 'small', messages: [{ role: 'user', content }] });

async function textOf(request: object): Promise<string> {
  const { text } = await run(request).over;
  return (
    dialects['openai-chat']
      .readReply(JSON.parse(text))
      .choices[0]?.parts.map((part) => ('text' in part ? part.text : ''))
      .join('') ?? ''
  );
}

describe('the demo provider', () => {
  it('says that it is simulated, what was asked, and how to get real answers', async () => {
    const text = await textOf(user('Why is the sky blue?'));
    for (const said of ['simulated', 'Why is the sky blue?', 'provider key']) expect(text).toContain(said);
    expect(await textOf(user([{ type: 'text', text: 'In parts?' }, { type: 'image_url' }, null]))).toContain(
      'In parts?',
    );
    expect(await textOf(user('x'.repeat(500)))).toContain(`"${'x'.repeat(120)}…"`);
  });

  it.each([
    { model: 'small' },
    { messages: [] },
    { messages: [null] },
    { messages: [{ role: 'user' }] },
    user('x'.repeat(300_000)),
  ])('answers whatever it is sent: %#', async (request) => {
    expect(await textOf(request)).toContain('simulated');
  });

  it('gives JSON to one who wants that', async () => {
    const format = { response_format: { type: 'json_schema' } };
    expect(JSON.parse(await textOf({ ...user('x'), ...format }))).toMatchObject({ simulated: true });
    expect(await textOf({ ...user('x'), response_format: { type: 'text' } })).toContain('simulated');
  });

  it('streams the same, word by word, with usage and an end', async () => {
    const { text, pieces } = await run({ ...user('Hello?'), stream: true }).over;
    const reader = dialects['openai-chat'].createStreamReader();
    let said = '';
    const ends: string[] = [];
    const messages = createSseReader((message) => {
      for (const event of reader.read(message)) {
        if (event.type === 'delta') said += event.text;
        if (event.type === 'finish' || event.type === 'usage') ends.push(event.type);
      }
    });
    messages.push(Buffer.from(text));
    expect(said).toBe(await textOf(user('Hello?')));
    expect(ends).toEqual(['finish', 'usage']);
    expect(pieces).toBeGreaterThan(10);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('can be held up and goes on, and stops when nobody listens', async () => {
    const held = run({ ...user('Hello?'), stream: true });
    await expect.poll(() => held.told.pieces).toBeGreaterThan(2);
    held.running.pause();
    const before = held.told.pieces;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(held.told.pieces).toBe(before);
    held.running.resume();
    expect((await held.over).isOver).toBe(true);
    const left = run({ ...user('Hello?'), stream: true });
    left.running.resume();
    left.running.abort();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(left.told.pieces).toBe(0);
  });

  it('costs nothing, whatever it is called, and leaves other providers to others', () => {
    for (const model of [...DEMO_MODELS, anyDemoModel('x/y')]) expect(model.prices).toEqual([{ input: 0, output: 0 }]);
    expect(anyDemoModel('x/y').id).toBe('demo/x/y');
    expect(() =>
      demo.call({ provider: 'openai' } as Call, TIMEOUTS, { head() {}, data() {}, end() {}, fail() {} }),
    ).toThrow(/Nobody else/);
  });
});
