import type { Host } from './host.ts';

interface TroublesOptions {
  notify: Host['notify'];
  providers: { list(): { id: string; name: string; health: { circuit: 'closed' | 'open' | 'halfOpen' } }[] };
  vault: {
    list(): { id: string; provider: string; label: string; status: string }[];
    onChange(listener: () => void): () => void;
  };
}

const LOOK_EVERY_MS = 10_000;

/** Tells the owner when a provider goes down and is up again, and when a provider refuses a key. Returns what ends that. */
export function watchTroubles({ notify, providers, vault }: TroublesOptions): () => void {
  const down = new Set<string>();
  let statuses = readStatuses();

  function lookAtProviders(): void {
    for (const { id, name, health } of providers.list()) {
      // A circuit that is half open has yet to prove that the provider is back.
      if (health.circuit === 'open' && !down.has(id)) {
        down.add(id);
        const body = 'Its calls fail. Requests go to other models where they can.';
        notify({ kind: 'provider', title: `${name} is down`, body, page: '/providers' });
      }
      if (health.circuit === 'closed' && down.delete(id))
        notify({ kind: 'provider', title: `${name} is up again`, body: 'Its calls are answered.', page: '/providers' });
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
      const body = `"${label}" is not used any more. Enter another key.`;
      notify({ kind: 'key', title: `A key for ${provider} was refused`, body, page: '/providers' });
    }
  });
  const timer = setInterval(lookAtProviders, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    forget();
  };
}
