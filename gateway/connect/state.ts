import { hash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ConnectState } from '../../contract/connect.ts';
import { asGatewayError } from '../errors.ts';
import type { Surroundings } from '../host.ts';
import { find } from './file.ts';
import { valueAt } from './formats/index.ts';
import type { Connection } from './store.ts';
import { parseBytes } from './text.ts';
import type { Tool, ToolFile } from './tool.ts';

export interface Asked {
  user: Surroundings;
  /** Where the gateway answers. */
  url: string;
  connection: Connection | undefined;
  /** Of the tool's gateway key. */
  key: { revoked: boolean; lastUsedAtMs: number | null } | undefined;
}

interface Seen {
  state: ConnectState;
  /** Why its files cannot be read. */
  why?: string;
}

/** How a tool stands, by its own files. */
export async function lookAt(tool: Tool, asked: Asked): Promise<Seen> {
  const { user, connection, key } = asked;
  if (connection !== undefined && connection.restoredAtMs !== null) return { state: 'restored' };
  try {
    const seen = await readFiles(tool.files(user), connection);
    if (connection === undefined) {
      if (tool.files(user).length === 0) return { state: 'available' };
      if (seen.address !== undefined && seen.selected && isSame(seen.address, asked.url)) return { state: 'byHand' };
      return { state: seen.any || (await isInstalled(tool, user)) ? 'available' : 'notInstalled' };
    }
    if (key === undefined || key.revoked) return { state: 'keyRevoked' };
    if (tool.files(user).length === 0) return { state: isSame(connection.url, asked.url) ? 'connected' : 'wrongPort' };
    if (seen.address === undefined || !seen.selected) return { state: 'elsewhere' };
    if (!isSame(seen.address, asked.url)) {
      return {
        state: isSame(seen.address, connection.url) || isNear(seen.address, asked.url) ? 'wrongPort' : 'elsewhere',
      };
    }
    return { state: seen.changed ? 'changed' : 'connected' };
  } catch (thrown) {
    return { state: 'unreadable', why: asGatewayError(thrown).message };
  }
}

async function readFiles(files: readonly ToolFile[], connection: Connection | undefined) {
  const seen = { address: undefined as string | undefined, selected: true, changed: false, any: false };
  for (const { path, format, address, selects } of files) {
    const { bytes } = await find(path);
    seen.any ||= bytes !== null;
    const value = parseBytes(path, format, bytes);
    const written = connection?.written[path];
    seen.changed ||= written !== undefined && (bytes === null || written !== digest(bytes));
    if (address !== undefined) seen.address = text(valueAt(value, address));
    seen.selected &&= selects === undefined || isDeepStrictEqual(valueAt(value, selects.path), selects.value);
  }
  return seen;
}

export function digest(bytes: Buffer | string): string {
  return hash('sha256', bytes, 'hex');
}

async function isInstalled({ commands, folders }: Tool, user: Surroundings): Promise<boolean> {
  const { PATH = '', Path = PATH } = user.environment;
  const endings = user.platform === 'win32' ? ['.exe', '.cmd', '.bat', '.ps1'] : [''];
  const programs = Path.split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => commands.flatMap((name) => endings.map((ending) => join(folder, name + ending))));
  const there = await Promise.all([...folders(user), ...programs].map(exists));
  return there.includes(true);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function placeOf(address: string): { host: string; port: string } | undefined {
  const url = URL.parse(address);
  if (url === null) return undefined;
  return { host: LOOPBACK.has(url.hostname) ? 'localhost' : url.hostname, port: url.port };
}

function isSame(one: string, other: string): boolean {
  return isDeepStrictEqual(placeOf(one), placeOf(other));
}

/** Another port of the same machine. */
function isNear(one: string, other: string): boolean {
  return placeOf(one)?.host === placeOf(other)?.host;
}
