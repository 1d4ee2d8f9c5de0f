import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, answerJson, resetSocket } from '../fake-answers.ts';
import { echo } from '../fake-echo.ts';
import { ask, OWNER_TOKEN, type Started, startGateway } from './start.ts';

/** One that no pattern of known keys matches, and one that does. */
const SECRETS = ['a-private-key-of-no-known-form-4711', 'sk-proj-THE-REAL-THING-4712'];
const PROMPT = 'a confidential question about the merger';

let started: Started;
beforeEach(async () => {
  started = await startGateway({ keys: [] });
});
afterEach(() => started.close());

/** The bytes of all files of the gateway, as text in which any ASCII can be found. */
function filesText(): string {
  const cwd = started.host.paths.data;
  const files = globSync('**/*', { cwd, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['gateway.sqlite', 'ledger.journal']));
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
}

describe('a provider key', () => {
  it.each(SECRETS)('is in no file, no log line and no answer: %s', async (secret) => {
    const seen: string[] = [];
    const see = async (path: string) => {
      const response = await fetch(started.url + path, { headers: { authorization: `Bearer ${OWNER_TOKEN}` } });
      seen.push(`${JSON.stringify([...response.headers])} ${await response.text()}`);
    };
    const added = (await started.api('POST', '/provider-keys', { provider: 'openai', key: secret })) as { id: string };
    seen.push(JSON.stringify(added));
    const chat = async (body: object) => {
      const response = await started.chat(body);
      seen.push(`${JSON.stringify([...response.headers])} ${await response.text()}`);
    };
    const question = { model: 'gpt-4.1', messages: [{ role: 'user', content: PROMPT }] };
    await chat(question);
    expect(started.openai.calls().at(-1)?.headers.authorization).toBe(`Bearer ${secret}`);
    // Providers that quote what they were sent.
    const quote = { error: { message: `Authorization: Bearer ${secret} is wrong`, type: 'invalid_request_error' } };
    started.openai.respond([
      answerJson(quote, 401),
      answerJson(quote, 400),
      answerBytes(`data: ${JSON.stringify(quote)}\n\n`),
      resetSocket,
    ]);
    await chat(ask('gpt-4.1'));
    await chat(ask('gpt-4.1'));
    await chat(ask('gpt-4.1', { stream: true }));
    started.openai.respond(echo);
    await chat(ask('gpt-4.1', { stream: true }));
    await started.api('POST', `/provider-keys/${added.id}/test`);
    for (const path of [
      'provider-keys',
      'gateway-keys',
      'providers',
      'settings',
      'requests',
      'models',
      'status',
      'openapi.json',
    ])
      await see(`/api/${path}`);
    expect(seen).toHaveLength(14);
    expect(seen.join('\n')).not.toContain(secret);
    expect(JSON.stringify(started.host.lines) + JSON.stringify(started.host.notices)).not.toContain(secret);
    const files = filesText();
    expect(files).not.toContain(secret);
    expect(files).not.toContain(PROMPT);
    expect(files).not.toContain(started.key);
    expect(files).not.toContain(OWNER_TOKEN);
  });

  it('that was replaced or removed is used no more', async () => {
    const [first, second] = SECRETS;
    const { id } = (await started.api('POST', '/provider-keys', { provider: 'openai', key: first })) as { id: string };
    await started.api('PUT', `/provider-keys/${id}`, { key: second });
    await (await started.chat(ask('gpt-4.1'))).text();
    expect(started.openai.calls().at(-1)?.headers.authorization).toBe(`Bearer ${second}`);
    await started.api('DELETE', `/provider-keys/${id}`);
    const refused = await started.chat(ask('gpt-4.1'));
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('no_provider_key')]);
  });

  it.each([
    ['works', undefined, 'works'],
    ['is refused', 'right', 'refused'],
  ])('that %s is said to', async (_, key, status) => {
    if (key !== undefined) {
      await started.close();
      started = await startGateway({ keys: [], fakeKey: key });
    }
    for (const provider of ['openai', 'anthropic', 'gemini'])
      expect(await started.api('POST', '/provider-keys', { provider, key: 'wrong' })).toMatchObject({ status });
  });

  it('of a provider that cannot be reached is kept, and said to be unchecked', async () => {
    await started.openai.close();
    expect(await started.api('POST', '/provider-keys', { provider: 'openai', key: 'sk-x' })).toMatchObject({
      status: 'unreachable',
    });
  });
});
