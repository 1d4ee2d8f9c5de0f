import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { createFakeProvider } from '../fake-provider.ts';
import { pointByHand } from './by-hand.ts';
import { startHost } from './gateway.ts';
import { findInstalled, type Installed } from './install.ts';
import { endLeftovers } from './leftovers.ts';
import { createNowhere } from './nowhere.ts';
import { run } from './run.ts';
import { type Cell, COMMAND_LINE_TOOLS, type CommandLineTool } from './tools.ts';
import { FILES, prepare, type TurnName } from './turns.ts';

/* The turns of the tools that are named, each in a home of its own. All that they start is ended with their cell. */
const TURN_MS = 180_000;
const KEY = 'sk-of-the-provider-0123456789';

interface Seen {
  tool: string;
  version: string;
  provider: string;
  text: string;
  'parallel tools': string;
  /** What else there is to say. */
  remarks: string[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { show: { type: 'boolean' }, 'by-hand': { type: 'boolean' } },
});
const homes = new Set<string>();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    for (const home of homes) leave(home);
    process.exit(1);
  });
const rows: Seen[] = [];
for (const tool of COMMAND_LINE_TOOLS.filter(({ id }) => positionals.includes(id))) rows.push(...(await tried(tool)));
for (const { tool, provider, remarks } of rows)
  for (const remark of remarks) console.log(`${[tool, provider].filter(Boolean).join(', ')}: ${remark}`);
console.table(rows.map(({ remarks: _, ...row }) => row));
process.exit(rows.every(({ text, 'parallel tools': tools }) => text === 'ok' && tools === 'ok') ? 0 : 1);

async function tried(tool: CommandLineTool): Promise<Seen[]> {
  console.log(`${tool.name} …`);
  const seen: Seen[] = [];
  try {
    const installed = findInstalled(tool);
    // By hand no key is told to have all models routed: the first cell of each tool is the one that needs none such.
    for (const cell of values['by-hand'] ? tool.cells.slice(0, 1) : tool.cells)
      seen.push(await tryCell(tool, installed, cell));
    return seen;
  } catch (thrown) {
    const nothing = { tool: tool.name, version: '', provider: '', text: 'not tried', 'parallel tools': 'not tried' };
    return [...seen, { ...nothing, remarks: [String(thrown)] }];
  }
}

/** Ends what still runs in a home, and removes it. */
function leave(home: string): string[] {
  const ended = endLeftovers(home);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  homes.delete(home);
  return ended;
}

async function tryCell(
  tool: CommandLineTool,
  { version, bin }: Installed,
  { provider, models, more = [] }: Cell,
): Promise<Seen> {
  const home = mkdtempSync(join(tmpdir(), 'llm-gateway-home-'));
  homes.add(home);
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
  const remarks: string[] = [];
  let lines = '';
  const turn = async (name: TurnName): Promise<string> => {
    const { prompt, wrong } = prepare(name, tool, fake, folder);
    const { code, output } = await run(
      'sh',
      ['-c', `${lines}\nexec "$@"`, 'sh', tool.command, ...tool.turn(prompt), ...more],
      {
        cwd: folder,
        environment: { ...environment, ...tool.environment },
        limitMs: TURN_MS,
      },
    );
    if (values.show) console.log(output);
    const ending = code === null ? 'it did not end' : code === 0 ? undefined : `it ended with ${code}`;
    const problem = wrong(output) ?? ending;
    if (problem === undefined) return 'ok';
    remarks.push(`${name}: ${problem}`);
    return 'failed';
  };
  try {
    if (values['by-hand']) lines = pointByHand(tool.name, home, host);
    else {
      const connected = await host.connect(tool.id, models);
      if (values.show || connected.code !== 0) console.log(connected.output);
    }
    const row = { tool: tool.name, version, provider: [provider, `(${models})`, ...more].join(' ') };
    const turns = { text: await turn('text'), 'parallel tools': await turn('tools') };
    remarks.push(...(await host.remarks()));
    if (nowhere.hosts.size > 0) remarks.push(`wanted to call ${[...nowhere.hosts].join(', ')}`);
    return { ...row, ...turns, remarks };
  } finally {
    await host.close();
    await fake.close();
    nowhere.close();
    const left = leave(home);
    if (left.length > 0) remarks.push(`left running, and ended: ${left.join(', ')}`);
  }
}
