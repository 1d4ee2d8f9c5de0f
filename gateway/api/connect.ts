import type { Connections } from '../connect/index.ts';
import type { Base } from './base.ts';

export interface ConnectDependencies {
  connections: Connections;
}

export function connectCalls(base: Base, { connections }: ConnectDependencies) {
  const calls = base.connections;
  return {
    list: calls.list.handler(async () => ({ tools: await connections.list(), home: connections.home })),
    preview: calls.preview.handler(({ input: { id, action, models } }) => connections.preview(id, action, models)),
    connect: calls.connect.handler(({ input: { id, ...wish } }) => connections.connect(id, wish)),
    disconnect: calls.disconnect.handler(({ input: { id } }) => connections.disconnect(id)),
    disconnectAll: calls.disconnectAll.handler(async () => ({ tools: await connections.disconnectAll() })),
    repoint: calls.repoint.handler(async () => ({ tools: await connections.repoint() })),
  };
}
