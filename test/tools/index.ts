import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../../scripts/bundle.mjs';
import { createFakeProvider } from '../fake-provider.ts';
import { startHost } from './gateway.ts';
import { type Installed, install } from './install.ts';
import { createNowhere } from './nowhere.ts';
import { run } from './run.ts';
import { type Cell, COMMAND_LINE_TOOLS, type CommandLineTool } from './tools.ts';
import { FILES, prepare, type TurnName } from './turns.ts';

/*
 * npm run test:tools [-- [TOOL …] [--anew] [--show]]: real command-line tools, pointed at a real gateway by `connect` in an empty home.
 * `--anew` takes the newest versions instead of those of the last time, `--show` prints what the tools print.
 */
const TURN_MS = 180_000;
const KEY = 'sk-of-the-provider-0123456789';

interface Seen {
  tool: string;
  version: string;
  provider: string;
  text: string;
  'parallel tools': string;
  seen: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { anew: { type: 'boolean', default: false }, show: { type: 'boolean', default: false } },
});
const chosen = COMMAND_LINE_TOOLS.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
await bundle(join(import.meta.dirname, '..', '..'), ['client', 'headless']);
const table: Seen[] = [];
for (const tool of chosen) table.push(...(await tried(tool)));
console.table(table);
process.exitCode = table.every(({ text, ...row }) => text !== 'failed' && row['parallel tools'] !== 'failed') ? 0 : 1;

async function tried(tool: CommandLineTool): Promise<Seen[]> {
  console.log(`${tool.name} …`);
  const nothing = { tool: tool.name, version: '', provider: '', text: 'skipped', 'parallel tools': 'skipped' };
  try {
    const installed = await install(tool, values.anew);
    const rows: Seen[] = [];
    for (const cell of tool.cells) rows.push(await tryCell(tool, installed, cell));
    return rows;
  } catch (thrown) {
    return [{ ...nothing, seen: String(thrown) }];
  }
}

async function tryCell(
  tool: CommandLineTool,
  { version, bin }: Installed,
  { provider, models, more = [] }: Cell,
): Promise<Seen> {
  const home = mkdtempSync(join(tmpdir(), 'llm-gateway-home-'));
  const folder = join(home, 'project');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), `${text}\n`);
  const fake = await createFakeProvider({ key: KEY });
  const nowhere = await createNowhere();
  const path = [bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  const environment = { HOME: home, PATH: path, TERM: 'dumb', LANG: 'C.UTF-8', ...nowhere.environment };
  const host = await startHost(
    join(home, 'gateway'),
    { HOME: home, PATH: path },
    { id: provider, url: fake.url, key: KEY },
  );
  const seen: string[] = [];
  const turn = async (name: TurnName): Promise<string> => {
    const { prompt, wrong } = prepare(name, tool, fake, folder);
    const { code, output } = await run(tool.command, [...tool.turn(prompt), ...more], {
      cwd: folder,
      environment: { ...environment, ...tool.environment },
      limitMs: TURN_MS,
    });
    if (values.show) console.log(output);
    const ending = code === null ? 'it did not end' : code === 0 ? undefined : `it ended with ${code}`;
    const problem = wrong(output) ?? ending;
    if (problem === undefined) return 'ok';
    seen.push(`${name}: ${problem}`);
    return 'failed';
  };
  try {
    const connected = await host.connect(tool.id, models);
    if (values.show || connected.code !== 0) console.log(connected.output);
    const row = { tool: tool.name, version, provider: [provider, `(${models})`, ...more].join(' ') };
    const turns = { text: await turn('text'), 'parallel tools': await turn('tools') };
    seen.push(...(await host.remarks()));
    if (nowhere.hosts.size > 0) seen.push(`wanted to call ${[...nowhere.hosts].join(', ')}`);
    return { ...row, ...turns, seen: seen.join('; ') };
  } finally {
    await host.close();
    await fake.close();
    nowhere.close();
    rmSync(home, { recursive: true, force: true });
  }
}
