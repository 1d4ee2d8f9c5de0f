import type { CustomProvider } from '../contract/index.ts';
import type { SettingsPatch } from '../contract/settings.ts';
import type { OwnerPort } from './api/index.ts';

/** What a configuration file declares: in force for this run, and not to be changed through the API. */
export interface Declared {
  file: string;
  providers: Record<string, CustomProvider>;
  /** Name → target. */
  aliases: Record<string, string>;
  settings: SettingsPatch;
}

export interface GatewayOptions {
  /** Address to listen on, such as `127.0.0.1`. */
  hostname: string;
  /** 0: any free port. */
  port: number;
  version: string;
  /** Opens everything under `/api` and `/rpc`. */
  ownerToken: string;
  /** Provider keys for this run only; `variable` says where each was found. */
  environmentKeys: { provider: string; key: string; variable: string }[];
  /** Provider id → base URL. */
  baseUrls: Record<string, string>;
  declared?: Declared;
}

export interface Gateway {
  /** Where it listens: `http://127.0.0.1:4556`. */
  url: string;
  /** Makes a gateway key. It is shown this once. */
  createKey(name: string): { key: string };
  /** Address of the dashboard, with a code that signs one browser in, once, within ten minutes. Undefined where no dashboard is built. */
  createSignInLink(): string | undefined;
  /** Whether any gateway key can be used. */
  hasKeys(): boolean;
  /** True while no provider has a usable key, so that the demo provider answers. */
  readonly demo: boolean;
  /** Answers the contract over a port, as to the owner: whom the host hands the other end is its own decision. */
  serve(port: OwnerPort): Promise<void>;
  /** Exchanges under way. */
  openStreams(): number;
  /** Stops listening, lets exchanges end for at most `drainMs`, writes everything down and closes. */
  close(options: { drainMs: number }): Promise<void>;
}
