import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { PROVIDER_KEYS, type Started, startGateway } from '../gateway/start.ts';
import { OUTBOUNDS } from './rows.ts';

export interface Bench {
  started: Started;
  /** A gateway key whose answers carry no metadata, so that answers can be compared byte by byte. */
  key: string;
  fakeOf(id: string): FakeProvider;
  close(): Promise<void>;
}

/** Servers on the same machine, which want no key. */
const LOCAL = ['ollama', 'lmstudio', 'vllm'];

/** A gateway with a fake in the place of each provider of the matrix. */
export async function startBench(): Promise<Bench> {
  const own = Object.keys(PROVIDER_KEYS);
  const ids = Object.values(OUTBOUNDS).flatMap(({ id }) => (own.includes(id) ? [] : [id]));
  const others = new Map<string, FakeProvider>();
  for (const id of ids) others.set(id, await createFakeProvider());
  const baseUrls = Object.fromEntries([...others].map(([id, { url }]) => [id, url]));
  // Nobody else asks the fakes: who looks for local servers would get the answers that are meant for clients.
  const settings = { retryAfterMaxMs: 0, local: { discover: false } };
  const started = await startGateway({ baseUrls, settings });
  for (const provider of ids.filter((id) => !LOCAL.includes(id)))
    await started.api('POST', '/provider-keys', { provider, key: `a-key-of-${provider}` });
  const { key } = (await started.api('POST', '/gateway-keys', { name: 'bare', metadata: false })) as { key: string };
  return {
    started,
    key,
    fakeOf: (id) => others.get(id) ?? started[id as keyof typeof PROVIDER_KEYS],
    async close() {
      await started.close();
      for (const fake of others.values()) await fake.close();
    },
  };
}
