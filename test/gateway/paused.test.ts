import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterAll(() => started.close());

const messages = [{ role: 'user', content: 'Hello.' }];

function ask(model: string | undefined): Promise<Response> {
  return fetch(`${started.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...(model !== undefined && { model }), messages }),
  });
}

function setPaused(routingPaused: boolean): Promise<unknown> {
  return started.api('PATCH', '/settings', { routingPaused });
}

it('while routing is paused refuses auto, obeys names, and still explains', async () => {
  expect((await ask('auto')).status).toBe(200);
  await setPaused(true);
  for (const model of ['auto', 'auto:economy', undefined]) {
    const refused = await ask(model);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: { code: 'routing_paused', param: 'model' } });
  }
  expect((await ask('gpt-4.1')).status).toBe(200);
  const explained = await fetch(`${started.url}/v1/route`, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages }),
  });
  expect(await explained.json()).toMatchObject({ model: expect.any(String) });
  await setPaused(false);
  expect((await ask('auto')).status).toBe(200);
});
