import type { MenuItemConstructorOptions } from 'electron';
import type { RequestInfo } from '../contract/index.ts';
import type { Stats } from './stats.ts';

export type TrayStatus = 'starting' | 'running' | 'paused' | 'error';

export interface TrayView {
  status: TrayStatus;
  /** `http://127.0.0.1:4556`, once it answers. */
  address: string | undefined;
  /** Undefined until they are known. */
  stats: Stats | undefined;
  /** A language, or undefined for the system's. */
  language: string | undefined;
}

export interface TrayActions {
  open(page?: string): void;
  /** Pauses the routing of `auto`, or resumes it. */
  pause(paused: boolean): void;
  checkPrices(): void;
  copyAddress(): void;
  copyNewKey(): void;
  quit(): void;
}

/** The whole menu of the tray, from what it has to show. */
export function trayMenu(view: TrayView, actions: TrayActions): MenuItemConstructorOptions[] {
  const running = view.address !== undefined;
  return [
    { id: 'status', label: statusLine(view), enabled: false },
    ...statLines(view),
    { type: 'separator' },
    ...latestLines(view, actions),
    pauseItem(view, actions),
    { id: 'copy-address', label: 'Copy Address', enabled: running, click: () => actions.copyAddress() },
    { id: 'copy-key', label: 'Copy a New Key', enabled: running, click: () => actions.copyNewKey() },
    { id: 'check-prices', label: 'Check Prices Now', enabled: running, click: () => actions.checkPrices() },
    { type: 'separator' },
    { id: 'open', label: 'Open Dashboard', click: () => actions.open() },
    { id: 'quit', label: 'Quit LLM Gateway', click: () => actions.quit() },
  ];
}

function pauseItem({ status, address }: TrayView, actions: TrayActions): MenuItemConstructorOptions {
  const paused = status === 'paused';
  const label = paused ? 'Resume Routing' : 'Pause Routing';
  return { id: 'pause', label, enabled: address !== undefined, click: () => actions.pause(!paused) };
}

function statusLine({ status, address }: TrayView): string {
  const where = address?.replace(/^https?:\/\//, '') ?? '';
  if (status === 'starting') return 'Starting …';
  if (status === 'error') return 'Not running';
  return status === 'paused' ? `Routing paused · ${where}` : `Running · ${where}`;
}

function statLines({ stats, language }: TrayView): MenuItemConstructorOptions[] {
  if (stats === undefined) return [];
  const { requests, costUsd, unknownCosts, savedUsd, cacheHitRate } = stats;
  const count = `${number(requests, language)} ${requests === 1 ? 'request' : 'requests'}`;
  const cost = `${unknownCosts > 0 ? 'at least ' : ''}${dollars(costUsd, language)}`;
  const lines = [`Today: ${cost} · ${count}`];
  if (savedUsd !== null) lines.push(`Saved: ${dollars(savedUsd, language)}`);
  if (cacheHitRate !== null) lines.push(`Cache hits: ${percent(cacheHitRate, language)}`);
  return lines.map((label, index) => ({ id: `stats-${index}`, label, enabled: false }));
}

function latestLines({ stats, language }: TrayView, actions: TrayActions): MenuItemConstructorOptions[] {
  const latest = stats?.latest ?? [];
  if (latest.length === 0) return [];
  const lines = latest.map((request, index) => ({
    id: `latest-${index}`,
    label: latestLine(request, language),
    click: () => actions.open(`/requests/${request.id}`),
  }));
  return [...lines, { type: 'separator' }];
}

function latestLine({ model, requestedModel, costUsd, latencyMs, status }: RequestInfo, language?: string): string {
  const cost = costUsd === null ? 'cost unknown' : dollars(costUsd, language);
  const seconds = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(latencyMs / 1000);
  const name = (model ?? requestedModel).slice(0, 40);
  return `${name} · ${status === 'ok' ? cost : status} · ${seconds} s`;
}

/** Small sums need more digits than a price tag has. */
function dollars(amount: number, language?: string): string {
  const digits = amount === 0 || Math.abs(amount) >= 1 ? 2 : Math.abs(amount) >= 0.01 ? 3 : 5;
  const style = {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  } as const;
  return new Intl.NumberFormat(language, style).format(amount);
}

function number(value: number, language?: string): string {
  return new Intl.NumberFormat(language).format(value);
}

function percent(share: number, language?: string): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}
