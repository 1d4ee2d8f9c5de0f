import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';
import type { CommandLineTool } from './tools.ts';

const cache = join(tmpdir(), 'llm-gateway-tools');
const LIMIT_MS = 300_000;

export interface Installed {
  version: string;
  /** The folder that its program is in. */
  bin: string;
}

/** Takes the newest version from npm, kept in a folder of its own for the next time. Throws where it cannot be had. */
export async function install(tool: CommandLineTool, anew: boolean): Promise<void> {
  const { folder, bin } = placeOf(tool);
  if (!anew && existsSync(join(bin, tool.command))) return;
  mkdirSync(folder, { recursive: true });
  const arguments_ = ['install', '--prefix', folder, '--no-fund', '--no-audit', `${tool.package}@latest`];
  const { code, output } = await run('npm', arguments_, { cwd: folder, environment: process.env, limitMs: LIMIT_MS });
  if (code !== 0)
    throw new Error(`npm could not install it: ${/npm error (?!code)(.*)/.exec(output)?.[1] ?? 'no time'}`);
}

/** What `install` has put there. */
export function findInstalled(tool: CommandLineTool): Installed {
  const { folder, bin } = placeOf(tool);
  if (!existsSync(join(bin, tool.command))) throw new Error('It is not installed.');
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', tool.package, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { version, bin };
}

function placeOf({ id }: CommandLineTool) {
  const folder = join(cache, id);
  return { folder, bin: join(folder, 'node_modules', '.bin') };
}
