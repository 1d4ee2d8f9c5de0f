import type { Page } from 'playwright-core';
import type { FakeProvider } from '../fake-provider.ts';

/** What a host says once it answers. */
export interface Ready {
  url: string;
  gatewayKey: string;
  ownerToken: string;
  /** The link that signs the owner in, once. In the window there is none, as nobody signs in. */
  dashboard?: string;
}

/** What there is when it is opened. */
export interface DashboardOptions {
  /** Requests of the last 30 days that are there already; none if nothing is said. */
  rows?: number;
  /** Some of them have the longest names there can be. */
  longNames?: boolean;
  /** Providers that have a key from the environment; all three if nothing is said. */
  keys?: readonly ('openai' | 'anthropic' | 'gemini')[];
}

/** How a page is to look. */
export interface Look {
  theme?: 'light' | 'dark';
  language?: 'en' | 'es';
  width?: number;
  height?: number;
}

/** A dashboard with a gateway of its own behind it. */
export interface Dashboard extends Ready {
  provider: FakeProvider;
  /** Of the person for whom the gateway runs: where tools have their configuration. */
  home: string;
  /** A page that is signed in, at a path such as `/requests`, in a context of its own. */
  open(path: string, look?: Look): Promise<Page>;
  /** A page of a browser that nobody has signed in. */
  openStranger(address: string): Promise<Page>;
  /** Ends the gateway's process. */
  stop(): Promise<void>;
  close(): Promise<void>;
}
