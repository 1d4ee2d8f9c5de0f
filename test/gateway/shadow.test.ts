import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { answerJson } from '../fake-answers.ts';
import { ask, SOON, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterAll(() => started.close());

interface Report {
  checks: number;
  better: number;
  same: number;
  worse: number;
  kept: { share: number; low: number; high: number } | null;
  spentTodayUsd: number;
}

const report = async () => (await started.api('GET', '/routing/shadow')) as Report;
const setShadow = (shadow: object) =>
  started.api('PATCH', '/routing/policy', { policy: { allowed: { simple: ['openai/*'] }, shadow } });

const judging = (word: string) =>
  answerJson({
    candidates: [{ content: { role: 'model', parts: [{ text: word }] }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 1, totalTokenCount: 101 },
  });

const STRONG = { strong: 'anthropic/claude-opus-4-6', judge: 'gemini/gemini-2.5-flash', share: 1 };

async function checked(count: number): Promise<Report> {
  await vi.waitFor(async () => expect((await report()).checks).toBe(count), SOON);
  return report();
}

it('is off until the owner names a strong model and a judge', async () => {
  await (await started.chat(ask('auto'))).text();
  expect(started.anthropic.requests.length + started.gemini.requests.length).toBe(0);
  await expect(setShadow({ enabled: true })).rejects.toThrow('400');
  expect(await report()).toEqual({ checks: 0, better: 0, same: 0, worse: 0, kept: null, spentTodayUsd: 0 });
});

it('asks the strong model and the judge once the client has its answer, and leaves calls marked as its own', async () => {
  await setShadow({ enabled: true, ...STRONG });
  started.gemini.respond(judging('SAME'));
  const response = await started.chat(ask('auto'));
  expect(response.headers.get('x-gateway-provider')).toBe('openai');
  await response.text();
  const first = await checked(1);
  expect(first).toMatchObject({ same: 1, kept: { share: 1 } });
  expect(first.spentTodayUsd).toBeGreaterThan(0);
  const { requests } = (await started.api('GET', '/requests?client=shadow')) as {
    requests: { clientName: string; provider: string }[];
  };
  expect(requests.map(({ provider }) => provider).sort()).toEqual(['anthropic', 'gemini']);
  expect(requests.every(({ clientName }) => clientName === 'Shadow check')).toBe(true);
});

it('checks streams as well, and nothing that was asked for by name, that is hard, or that holds tools', async () => {
  started.gemini.respond(judging('Both are fine: SAME'));
  await (await started.chat(ask('auto', { stream: true }))).text();
  await checked(2);
  await (await started.chat(ask('gpt-4.1'))).text();
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
  await (await started.chat(ask('auto', { tools }))).text();
  const { requests } = (await started.api('GET', '/requests?client=shadow')) as { requests: unknown[] };
  expect(requests.length).toBe(4);
});

it('spends no more once its budget of the day is spent, and costs no client its answer when it fails', async () => {
  await setShadow({ dayUsd: 0 });
  await (await started.chat(ask('auto'))).text();
  expect((await report()).checks).toBe(2);
  await setShadow({ dayUsd: 1 });
  started.anthropic.respond(answerJson({ error: { message: 'No.' } }, 403));
  expect((await started.chat(ask('auto'))).status).toBe(200);
  expect((await report()).checks).toBe(2);
});
