import type { Host } from './host.ts';
import { type Words, wordsIn } from './hosting/words.ts';

interface TroublesOptions {
  notify: Host['notify'];
  words?(): Words;
  providers: { list(): { id: string; name: string; health: { circuit: 'closed' | 'open' | 'halfOpen' } }[] };
  vault: {
    list(): { id: string; provider: string; label: string; status: string }[];
    onChange(listener: () => void): () => void;
  };
}

type Told = 'provider.down' | 'provider.up' | 'key.refused';

const LOOK_EVERY_MS = 10_000;

/** Tells the owner when a provider goes down and is up again, and when a provider refuses a key. Returns what ends that. */
export function watchTroubles({ notify, words = wordsIn, providers, vault }: TroublesOptions): () => void {
  const down = new Set<string>();
  let statuses = readStatuses();

  function tell(kind: 'provider' | 'key', what: Told, values: Record<string, string>): void {
    const say = words();
    notify({ kind, title: say(what, values), body: say(`${what}About`, values), page: '/providers' });
  }

  function lookAtProviders(): void {
    for (const { id, name, health } of providers.list()) {
      // A circuit that is half open has yet to prove that the provider is back.
      if (health.circuit === 'open' && !down.has(id)) {
        down.add(id);
        tell('provider', 'provider.down', { name });
      }
      if (health.circuit === 'closed' && down.delete(id)) tell('provider', 'provider.up', { name });
    }
  }

  function readStatuses(): Map<string, string> {
    return new Map(vault.list().map(({ id, status }) => [id, status]));
  }

  const forget = vault.onChange(() => {
    const before = statuses;
    statuses = readStatuses();
    for (const { id, provider, label, status } of vault.list()) {
      // Whoever enters a key that is refused at once sees that where they have entered it.
      if (status !== 'refused' || (before.get(id) ?? 'refused') === 'refused') continue;
      tell('key', 'key.refused', { provider, label });
    }
  });
  const timer = setInterval(lookAtProviders, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    forget();
  };
}
