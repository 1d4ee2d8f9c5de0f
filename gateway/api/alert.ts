import type { Alerts } from '../alerts/index.ts';
import type { Base } from './base.ts';

export function alertCalls({ alerts: calls }: Base, { alerts }: { alerts: Alerts }) {
  const { channels } = alerts;
  return {
    rules: calls.rules.handler(() => ({ rules: alerts.rules() })),
    addRule: calls.addRule.handler(({ input }) => alerts.addRule(input)),
    updateRule: calls.updateRule.handler(({ input: { id, ...changes } }) => alerts.updateRule(id, changes)),
    removeRule: calls.removeRule.handler(({ input: { id } }) => {
      alerts.removeRule(id);
      return { id };
    }),
    restoreRule: calls.restoreRule.handler(({ input: { id } }) => alerts.restoreRule(id)),
    channels: calls.channels.handler(() => ({ channels: channels.list() })),
    addChannel: calls.addChannel.handler(({ input: { name, config } }) => channels.add(name, config)),
    updateChannel: calls.updateChannel.handler(({ input: { id, ...changes } }) => channels.update(id, changes)),
    removeChannel: calls.removeChannel.handler(({ input: { id } }) => {
      channels.remove(id);
      return { id };
    }),
    restoreChannel: calls.restoreChannel.handler(({ input: { id } }) => channels.restore(id)),
    testChannel: calls.testChannel.handler(({ input: { id } }) => alerts.testChannel(id)),
    history: calls.history.handler(({ input: { limit, beforeMs = Number.MAX_SAFE_INTEGER } }) => ({
      alerts: alerts.history(limit, beforeMs),
    })),
  };
}
