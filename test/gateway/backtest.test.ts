import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BacktestInfo, contract } from '../../contract/index.ts';
import { answerJson } from '../fake-answers.ts';
import { echo } from '../fake-echo.ts';
import { ask, OWNER_TOKEN, type Started, startGateway } from './start.ts';

let started: Started;
let client: ContractRouterClient<typeof contract>;

beforeAll(async () => {
  started = await startGateway();
  client = createORPCClient(
    new RPCLink({ url: `${started.url}/rpc`, headers: { authorization: `Bearer ${OWNER_TOKEN}` } }),
  );
  await liveThroughSomething();
});
afterAll(() => started.close());

const user = (content: string) => ({ role: 'user', content });

async function chat(body: object, headers: Record<string, string> = {}): Promise<void> {
  await (await started.chat(body, { headers })).text();
}

/** Conversations, aliases, rules, names, failures, budgets, and policies that change meanwhile. */
async function liveThroughSomething(): Promise<void> {
  const hard = user('Prove that every finite group of order p^2 is abelian, and derive the complexity of testing it.');
  const answer = { role: 'assistant', content: 'So it is.' };
  const mixed = [
    ask('auto'),
    ask('auto:quality'),
    ask('gpt-4.1'),
    { model: 'auto', messages: [hard] },
    { messages: [hard] },
  ];
  for (const body of mixed) await chat(body);
  await client.aliases.set({ name: 'mine', target: 'auto:economy' });
  await chat(ask('mine'));
  await chat({ model: 'auto', messages: [hard, answer, user('Thanks!')] });
  await client.routing.policy.update({ policy: { adequate: { balanced: { simple: 3.5 } } } });
  await chat(ask('auto'));
  const rule = {
    id: 'r',
    name: 'Elsewhere',
    when: { models: ['gpt-4.1*'] },
    use: ['gemini-2.5-flash', 'auto'],
    never: [],
  };
  await client.routing.policy.update({
    policy: { rules: [{ ...rule, enabled: true }], tools: { codex: 'auto' } },
  } as never);
  await chat(ask('gpt-4.1-mini'));
  await chat(ask('gpt-5.6-sol'), { 'user-agent': 'codex_cli_rs/0.72.0' });
  await chat(ask('auto'));
  const provider = (await started.row()).provider as 'openai' | 'anthropic' | 'gemini';
  started[provider].respond(answerJson({ error: { message: 'No.' } }, 403));
  for (let count = 0; count < 3; count++) await chat(ask('auto'));
  started[provider].respond(echo);
  await started.api('PATCH', '/limits/overall', { dayUsd: 0.12 });
  await chat({ model: 'auto:quality', messages: [hard], max_tokens: 8_000 });
  await started.api('PATCH', '/limits/overall', { dayUsd: null });
  await client.routing.policy.undo();
  await chat(ask('auto'));
}

async function test(input: Parameters<typeof client.routing.backtest>[0]): Promise<BacktestInfo> {
  let progress = 0;
  for await (const event of await client.routing.backtest(input)) {
    if (event.type === 'result') {
      expect(progress).toBeGreaterThan(0);
      return event.result;
    }
    progress += 1;
  }
  throw new Error('There was no result.');
}

it('repeats every decision of the past by the policies that they were made by', async () => {
  const { decided, same, differences, actual, tested, baseline, savingsUsd } = await test({ asDecided: true });
  expect(differences).toEqual([]);
  expect(decided).toBeGreaterThan(14);
  expect(same).toBe(decided);
  expect(tested).toEqual(actual);
  expect((await started.rows()).filter(({ fallbacks }) => fallbacks > 0).length).toBeGreaterThan(0);
  expect(savingsUsd?.tested).toBeCloseTo(((baseline?.costNano ?? 0) - tested.costNano) / 1e9);
});

it('says what another policy would have chosen, refused and cost, with the reason of each difference', async () => {
  const { tested, differences, same, decided, refused } = await test({
    policy: { allowed: { simple: ['anthropic/*'], medium: ['anthropic/*'], complex: ['anthropic/*'] }, rules: [] },
    baseline: 'openai/gpt-5.6-sol',
  });
  expect([same + differences.length, refused]).toEqual([decided, 0]);
  expect(differences.length).toBeGreaterThan(3);
  for (const { to, why, toCostUsd } of differences) {
    expect(to).toMatch(/^(anthropic|openai)\//);
    expect(why).not.toBe('');
    expect(toCostUsd).toBeGreaterThan(0);
  }
  expect(tested.models.reduce((sum, { requests }) => sum + requests, 0)).toBe(decided);
  const none = await test({
    policy: { rules: [], allowed: { simple: ['nobody'], medium: ['nobody'], complex: ['nobody'] } },
  });
  expect(none.refused).toBeGreaterThan(5);
  expect(none.differences[0]).toMatchObject({ to: null, why: expect.stringContaining('constraint: allowed') });
});

it('follows names through other aliases, and refuses those that lead in a circle', async () => {
  const alias = (name: string, target: string) => ({ name, target, clientId: null });
  const { differences, decided, same } = await test({ aliases: [alias('mine', 'anthropic/claude-opus-4-6')] });
  expect([same + differences.length, differences.length]).toEqual([decided, differences.length]);
  expect(differences).toContainEqual(
    expect.objectContaining({ to: 'anthropic/claude-opus-4-6', why: expect.stringContaining('"mine" stands for') }),
  );
  await expect(test({ aliases: [alias('a', 'b'), alias('b', 'a')] })).rejects.toThrow('in a circle: a → b → a');
});

it('calls nobody, writes nothing, and ends when it is left', async () => {
  await started.forget();
  const events = await client.routing.backtest({});
  for await (const event of events) {
    expect(event.type).toBe('progress');
    break;
  }
  await test({ fromMs: 0, toMs: 1 });
  expect(await started.rows()).toEqual([]);
  expect(started.openai.requests.length).toBe(0);
});
