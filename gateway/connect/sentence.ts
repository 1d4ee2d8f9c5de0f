import type { ConnectState } from '../../contract/connect.ts';

interface Told {
  name: string;
  state: ConnectState;
  /** Why its files cannot be read. */
  why?: string | undefined;
  lastUsedAtMs: number | null;
  nowMs: number;
}

/** How a tool stands, for a person. */
export function sentenceOf({ name, state, why, lastUsedAtMs, nowMs }: Told): string {
  const called = lastUsedAtMs === null ? 'has not called yet' : `has called ${ago(nowMs - lastUsedAtMs)}`;
  switch (state) {
    case 'connected':
      return `${name} is pointed here and ${called}.`;
    case 'changed':
      return `${name} is pointed here and ${called}. Its configuration was changed since; disconnecting takes out only what belongs to the gateway.`;
    case 'wrongPort':
      return `${name} calls another port of this machine, where this gateway does not answer. Connect it again to give it the present one.`;
    case 'elsewhere':
      return `${name} was connected, and somebody pointed it elsewhere since.`;
    case 'keyRevoked':
      return `${name} is pointed here, but its gateway key was revoked. Connect it again for a new one.`;
    case 'restored':
      return `${name} was put back as it was when the gateway quit.`;
    case 'byHand':
      return `${name} is pointed here by hand.`;
    case 'unreadable':
      return why ?? `The configuration of ${name} cannot be read.`;
    case 'available':
      return `${name} is not connected.`;
    case 'notInstalled':
      return `${name} was not found on this machine.`;
  }
}

function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return count(minutes, 'minute');
  if (minutes < 48 * 60) return count(Math.floor(minutes / 60), 'hour');
  return count(Math.floor(minutes / 1440), 'day');
}

const count = (number: number, unit: string) => `${number} ${unit}${number === 1 ? '' : 's'} ago`;
