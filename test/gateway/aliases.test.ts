import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, type Metadata, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway({ keys: ['openai'] });
});
afterAll(() => started.close());

interface Shown {
  id: string;
  warning: string | null;
}

const set = async (name: string, target: string) => (await started.api('POST', '/aliases', { name, target })) as Shown;

it.each([
  ['fast', 'gpt-4.1-mini', 'gpt-4.1-mini', '"fast" stands for gpt-4.1-mini; openai/gpt-4.1-mini was asked for by name'],
  ['dated', 'openai/gpt-4o-2024-11-20', 'gpt-4o-2024-11-20', '"dated" stands for'],
  ['new', 'openai/not-released-yet', 'not-released-yet', '"new" stands for openai/not-released-yet'],
  ['claude-haiku-4-5', 'gpt-4.1', 'gpt-4.1', '"claude-haiku-4-5" stands for gpt-4.1'],
])('%s is followed to %s, and the row says so', async (name, target, model, why) => {
  await set(name, target);
  expect((await started.chat(ask(name))).status).toBe(200);
  const row = await started.row();
  expect(row).toMatchObject({ provider: 'openai', model });
  expect(row.why).toContain(why);
  expect(JSON.parse(started.openai.calls().at(-1)?.body.toString() ?? '').model).toBe(model);
});

it('may stand for auto, and is then routed', async () => {
  await set('best', 'auto:quality');
  const response = await started.chat(ask('best'));
  expect(response.status).toBe(200);
  expect((await started.row()).why).toMatch(/^"best" stands for auto:quality; .*quality/);
});

it('is listed among the models', async () => {
  const { data } = await started.sdk().models.list();
  expect(data.find(({ id }) => id === 'best')).toMatchObject({ owned_by: 'llm-gateway' });
  expect((await started.sdk().models.retrieve('best')).id).toBe('best');
});

it('changes what is answered at once, from the cache as well', async () => {
  await set('moving', 'gpt-4.1');
  const body = ask('moving');
  const answered = async () => ((await (await started.chat(body)).json()) as { metadata: Metadata }).metadata;
  const first = await answered();
  expect((await answered()).cache_hit).toBe(true);
  await set('moving', 'gpt-4.1-mini');
  const second = await answered();
  expect([first.model_used, second.model_used]).toEqual(['gpt-4.1', 'gpt-4.1-mini']);
});

it('is made though its target is missing today, with a warning', async () => {
  expect(await set('typo', 'gpt-4.1-minni')).toMatchObject({ warning: expect.stringContaining('gpt-4.1-mini') });
  expect(await set('keyless', 'claude-opus-4-5')).toMatchObject({ warning: expect.stringContaining('anthropic') });
  expect(await set('gpt-4.1-nano', 'gpt-4.1')).toMatchObject({
    warning: expect.stringContaining('hides the model openai/gpt-4.1-nano'),
  });
  expect(await set('fine', 'auto')).toMatchObject({ warning: null });
  await expect(set('fine', 'fine')).rejects.toThrow(/circle/);
  const refused = await started.chat(ask('typo'));
  expect(refused.status).toBe(404);
});

it('is gone once it is removed, and comes back', async () => {
  const { id } = await set('gone', 'gpt-4.1');
  await started.api('DELETE', `/aliases/${id}`);
  expect((await started.chat(ask('gone'))).status).toBe(404);
  await started.api('POST', `/aliases/${id}/restore`);
  expect((await started.chat(ask('gone'))).status).toBe(200);
});
