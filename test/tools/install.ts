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

/** The newest version from npm, kept in a folder of its own for the next time. Throws where it cannot be had. */
export async function install(tool: CommandLineTool, anew: boolean): Promise<Installed> {
  const folder = join(cache, tool.id);
  const bin = join(folder, 'node_modules', '.bin');
  if (anew || !existsSync(join(bin, tool.command))) {
    mkdirSync(folder, { recursive: true });
    const arguments_ = ['install', '--prefix', folder, '--no-fund', '--no-audit', `${tool.package}@latest`];
    const { code, output } = await run('npm', arguments_, { cwd: folder, environment: process.env, limitMs: LIMIT_MS });
    if (code !== 0)
      throw new Error(`npm could not install it: ${/npm error (?!code)(.*)/.exec(output)?.[1] ?? 'no time'}`);
  }
  const described = JSON.parse(readFileSync(join(folder, 'node_modules', tool.package, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { version: described.version, bin };
}
