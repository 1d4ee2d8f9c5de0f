import type { DesktopState, ImportedKey } from '../contract/desktop.ts';
import type { Client } from './client.ts';

interface EnvironmentKey {
  provider: string;
  key: string;
  variable: string;
}

export interface FoundKeys {
  shown(): DesktopState['foundKeys'];
  /** Has them checked and kept; what was kept is no longer offered. */
  take(variables: readonly string[], client: Client): Promise<ImportedKey[]>;
}

/** Keys that lay in the environment of the app. They are held in memory and used for nothing until the person takes them over. */
export function holdFoundKeys(environmentKeys: readonly EnvironmentKey[]): FoundKeys {
  const held = new Map(environmentKeys.map((found) => [found.variable, found]));

  async function takeOne({ variable, provider, key }: EnvironmentKey, client: Client): Promise<ImportedKey> {
    try {
      const { status } = await client.providerKeys.add({ provider, key, label: variable });
      held.delete(variable);
      return { variable, status };
    } catch {
      return { variable, status: 'failed' };
    }
  }

  return {
    shown: () =>
      [...held.values()].map(({ variable, provider, key }) => ({
        variable,
        provider,
        lastFour: key.length >= 12 ? key.slice(-4) : null,
      })),
    async take(variables, client) {
      const wanted = variables.flatMap((variable) => held.get(variable) ?? []);
      return Promise.all(wanted.map((found) => takeOne(found, client)));
    },
  };
}
