import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../../contract/index.ts';
import { longName } from './history.ts';

type Owner = ContractRouterClient<typeof contract>;

/** The gateway as its owner asks it. */
export function ownerOf({ url, ownerToken }: { url: string; ownerToken: string }): Owner {
  return createORPCClient(new RPCLink({ url: `${url}/rpc`, headers: { authorization: `Bearer ${ownerToken}` } }));
}

/** As much of everything as a gateway may ever hold, under names as long as they may be. */
export async function fillUp(owner: Owner, providerUrl: string): Promise<void> {
  const channel = await owner.alerts.addChannel({
    name: longName('channel'),
    config: { kind: 'webhook', url: `https://${'sub.'.repeat(40)}example.org/`, secret: 'sesame' },
  });
  for (let number = 0; number < 40; number += 1) {
    const { gatewayKey } = await owner.gatewayKeys.create({ name: longName(`key${number}`) });
    await owner.limits.update({
      id: gatewayKey.id,
      dayUsd: 1_000_000,
      monthUsd: 0.0001,
      requestsPerMinute: 1_000_000_000,
    });
    await owner.aliases.set({ name: longName(`alias${number}`), target: longName(`model${number}`) });
    await owner.alerts.addRule({
      name: longName(`rule${number}`),
      enabled: true,
      condition: { kind: 'spendPerDay', usd: 1_000_000 },
      channels: [channel.id],
    });
  }
  for (let number = 0; number < 8; number += 1) {
    await owner.providers.add({
      id: `long-${number}-${'x'.repeat(50)}`,
      name: longName(`provider${number}`),
      baseUrl: `${providerUrl}/${'path/'.repeat(40)}v1`,
      dialect: 'openai-chat',
      models: Array.from({ length: 200 }, (_, index) => `${longName(`model${index}`)}`),
    });
  }
}

/** As much as a person has after a week: two tools with limits, a way to be told, two rules, an alias and a rule of the policy. */
export async function useLittle(owner: Owner): Promise<void> {
  for (const [name, monthUsd] of [
    ['Editor', 40],
    ['Support bot', null],
  ] as const) {
    const { gatewayKey } = await owner.gatewayKeys.create({ name });
    await owner.limits.update({ id: gatewayKey.id, dayUsd: 5, monthUsd, requestsPerMinute: 60 });
  }
  await owner.limits.update({ id: 'overall', monthUsd: 250 });
  const channel = await owner.alerts.addChannel({ name: 'Desktop', config: { kind: 'desktop' } });
  const rules = [
    { name: 'A dear day', condition: { kind: 'spendPerDay', usd: 5 } },
    { name: 'Requests fail', condition: { kind: 'errorRate', share: 0.1, minutes: 60, minRequests: 20 } },
  ] as const;
  for (const rule of rules) await owner.alerts.addRule({ ...rule, enabled: true, channels: [channel.id] });
  await owner.aliases.set({ name: 'fast', target: 'openai/gpt-4.1-mini' });
}
