import { type Bench, startBench } from '../conformance/bench.ts';
import { OUTBOUNDS, type Outbound } from '../conformance/rows.ts';
import { createFakeProvider } from '../fake-provider.ts';

const custom: Outbound = { ...(OUTBOUNDS.vLLM as Outbound), id: 'mine', model: 'mine/a-model' };

/** Those of the matrix, and one that its owner has added. */
export const PROVIDERS = Object.entries({ ...OUTBOUNDS, 'a custom provider': custom });

/** The bench of the matrix with the custom provider. */
export async function startEveryBench(): Promise<Bench> {
  const bench = await startBench();
  const mine = await createFakeProvider({ models: ['a-model'] });
  const row = { id: 'mine', baseUrl: mine.url, dialect: 'openai-chat', key: 'a-key-of-mine' };
  await bench.started.api('POST', '/providers', row);
  return {
    ...bench,
    fakeOf: (id) => (id === 'mine' ? mine : bench.fakeOf(id)),
    async close() {
      await bench.close();
      await mine.close();
    },
  };
}
