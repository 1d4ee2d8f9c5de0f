import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createEcho } from '../fake-echo.ts';
import { ask, OWNER_TOKEN, SOON, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterAll(() => started.close());

const scrape = (headers: Record<string, string> = {}) => fetch(`${started.url}/metrics`, { headers });

it('there are no metrics until they are switched on', async () => {
  expect((await scrape({ authorization: `Bearer ${OWNER_TOKEN}` })).status).toBe(404);
});

it('metrics have the names of the conventions, and count what the ledger counts', async () => {
  await started.api('PATCH', '/settings', { metrics: { enabled: true } });
  await started.api('PATCH', '/limits/overall', { monthUsd: 5 });
  started.openai.respond(createEcho({ usage: { input: 1000, output: 100 } }));
  const body = ask('gpt-4.1');
  for (const each of [body, body, ask('gpt-4.1', { stream: true })]) await (await started.chat(each)).text();
  const labels = 'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="gpt-4.1"';
  await vi.waitFor(async () => {
    const text = await (await scrape()).text();
    expect(text).toContain('# TYPE gen_ai_client_token_usage histogram');
    expect(text).toContain(`gen_ai_client_token_usage_sum{${labels},gen_ai_token_type="input"} 2000`);
    expect(text).toContain(`gen_ai_client_token_usage_count{${labels},gen_ai_token_type="output"} 2`);
    expect(text).toContain(`gen_ai_server_request_duration_seconds_count{${labels},error_type=""} 3`);
    expect(text).toMatch(/gen_ai_server_time_to_first_token_seconds_bucket\{le="10",.*\} 3/);
    expect(text).toContain(`llm_gateway_cost_usd_total{${labels},client="test"} 0.0056`);
    expect(text).toMatch(/llm_gateway_requests_total\{.*status="ok",cache="hit",.*\} 1/);
    expect(text).toContain('llm_gateway_budget_usd{client="All keys",period="month",state="used"} 0.0056');
    expect(text).toContain('llm_gateway_requests_in_progress 0');
  }, SOON);
});

it('who is not on this machine, or came through a proxy, needs the owner token', async () => {
  const proxied = { 'x-forwarded-for': '203.0.113.7' };
  expect((await scrape(proxied)).status).toBe(401);
  expect((await scrape({ ...proxied, authorization: `Bearer ${OWNER_TOKEN}` })).status).toBe(200);
  await started.api('PATCH', '/settings', { metrics: { loopback: false } });
  expect((await scrape()).status).toBe(401);
});
