import type { MenuItemConstructorOptions } from 'electron';
import type { RequestInfo } from '../contract/index.ts';
import { speak, type Translate } from './messages.ts';
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
  const t = speak(view.language);
  return [
    { id: 'status', label: statusLine(view, t), enabled: false },
    ...statLines(view, t),
    { type: 'separator' },
    ...latestLines(view, actions, t),
    pauseItem(view, actions, t),
    { id: 'copy-address', label: t('menu.copyAddress'), enabled: running, click: () => actions.copyAddress() },
    { id: 'copy-key', label: t('menu.copyKey'), enabled: running, click: () => actions.copyNewKey() },
    { type: 'separator' },
    { id: 'open', label: t('menu.open'), click: () => actions.open() },
    { id: 'check-prices', label: t('menu.checkPrices'), enabled: running, click: () => actions.checkPrices() },
    { id: 'quit', label: t('menu.quit'), click: () => actions.quit() },
  ];
}

function pauseItem({ status, address }: TrayView, actions: TrayActions, t: Translate): MenuItemConstructorOptions {
  const paused = status === 'paused';
  const label = t(paused ? 'menu.resume' : 'menu.pause');
  return { id: 'pause', label, enabled: address !== undefined, click: () => actions.pause(!paused) };
}

function statusLine({ status, address }: TrayView, t: Translate): string {
  return t(`status.${status}`, { address: address?.replace(/^https?:\/\//, '') ?? '' });
}

function statLines({ stats, language }: TrayView, t: Translate): MenuItemConstructorOptions[] {
  if (stats === undefined) return [];
  const { requests, costUsd, unknownCosts, savedUsd, cacheHitRate } = stats;
  const known = dollars(costUsd, language);
  const cost = unknownCosts > 0 ? t('menu.atLeast', { cost: known }) : known;
  const lines = [t('menu.today', { cost, count: requests })];
  if (cacheHitRate !== null) lines.push(t('menu.cacheHits', { share: percent(cacheHitRate, language) }));
  if (savedUsd !== null) lines.push(t('menu.saved', { cost: dollars(savedUsd, language) }));
  return lines.map((label, index) => ({ id: `stats-${index}`, label, enabled: false }));
}

function latestLines({ stats, language }: TrayView, actions: TrayActions, t: Translate): MenuItemConstructorOptions[] {
  const latest = stats?.latest ?? [];
  if (latest.length === 0) return [];
  const lines = latest.map((request, index) => ({
    id: `latest-${index}`,
    label: latestLine(request, language, t),
    click: () => actions.open(`/requests/${request.id}`),
  }));
  return [...lines, { type: 'separator' }];
}

function latestLine(request: RequestInfo, language: string | undefined, t: Translate): string {
  const { model, requestedModel, costUsd, latencyMs, status } = request;
  const cost = costUsd === null ? t('menu.costUnknown') : dollars(costUsd, language);
  const ended = status === 'ok' ? cost : t(status === 'cancelled' ? 'menu.cancelled' : 'menu.failed');
  const seconds = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(latencyMs / 1000);
  const name = (model ?? requestedModel).slice(0, 40);
  return `${name} · ${ended} · ${seconds} s`;
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

function percent(share: number, language?: string): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}
