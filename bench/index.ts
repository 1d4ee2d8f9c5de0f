import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { chatBody } from './bodies.ts';
import { canPin, LOAD_CORE, pinSelf, TARGET_CORE } from './child.ts';
import { runLoad } from './load.ts';
import { installPeers } from './peers.ts';
import { type Finding, isMet, table } from './report.ts';
import { cache } from './scenarios/cache.ts';
import { latency } from './scenarios/latency.ts';
import { eventLoop } from './scenarios/loop.ts';
import { memory } from './scenarios/memory.ts';
import type { Bench, Scenario } from './scenarios/scenario.ts';
import { startTime } from './scenarios/start.ts';
import { burstStreams, pacedStreams } from './scenarios/streams.ts';
import { throughput } from './scenarios/throughput.ts';
import { translate } from './scenarios/translate.ts';
import {
  directTarget,
  type Provider,
  startFloor,
  startOurs,
  startPortkey,
  startProvider,
  type Target,
  untilAnswered,
} from './targets.ts';

const SCENARIOS: Scenario[] = [
  ...throughput,
  ...latency,
  cache,
  pacedStreams,
  burstStreams,
  startTime,
  memory,
  eventLoop,
  translate,
];

const USAGE = `npm run bench -- [options]
  --peers      compare with Portkey's gateway too (installed on demand below node_modules/.cache)
  --quick      under a minute; says whether the bench works, not how fast the gateway is
  --only NAME  one scenario, can be repeated: ${SCENARIOS.map((scenario) => scenario.name).join(', ')}
  --json       the figures as JSON on stdout`;

/** The bench never runs longer than this, whatever hangs. */
const DEADLINE_MS = 8 * 60_000;
const WARM_TOKENS = 100;

function readOptions() {
  const { values } = parseArgs({
    options: {
      peers: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new Error(`There is no scenario named ${unknown}.`);
  return values;
}

type Options = ReturnType<typeof readOptions>;

async function openBench(options: Options): Promise<Bench> {
  if (options.peers) installPeers();
  const provider = await startProvider();
  const bench: Bench = {
    provider,
    direct: directTarget(provider),
    floor: await startFloor(provider),
    ours: await startOurs(provider),
    portkey: options.peers ? await startPortkey(provider) : null,
    quick: options.quick,
    rounds: options.quick ? 2 : 5,
  };
  for (const target of [bench.floor, bench.ours, bench.portkey]) {
    if (target !== null) await warm(provider, target, options.quick);
  }
  return bench;
}

/** Answers, whole and in streams, until the compilers are done with it: a gateway runs for days, its first second is measured by itself. */
async function warm(provider: Provider, target: Target, quick: boolean): Promise<void> {
  await untilAnswered(target);
  const durationMs = quick ? 700 : 8_000;
  for (const stream of [false, true]) {
    await provider.setMode(stream ? { kind: 'stream', tokens: WARM_TOKENS, delayMs: 0 } : { kind: 'json' });
    const request = target.request(chatBody({ model: target.model, bytes: 1024, stream }));
    const tokens = stream ? { tokens: WARM_TOKENS } : {};
    await runLoad({ port: target.port, request, connections: 16, durationMs, ...tokens });
  }
  await provider.setMode({ kind: 'json' });
}

async function closeBench(bench: Bench): Promise<void> {
  for (const target of [bench.floor, bench.ours, bench.portkey]) await target?.stop();
  await bench.provider.stop();
}

function machine(): string {
  const pinned = canPin
    ? `load and provider on core ${LOAD_CORE}, target on core ${TARGET_CORE}`
    : 'no taskset here: nothing is held on a core, the figures are worth less';
  return `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${pinned}`;
}

async function run(options: Options): Promise<Finding[]> {
  const findings: Finding[] = [];
  const bench = await openBench(options);
  const chosen = SCENARIOS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  for (const scenario of chosen) {
    const finding = await scenario.run(bench);
    findings.push(finding);
    if (!options.json) console.log(table(finding));
  }
  await closeBench(bench);
  return findings;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  setTimeout(() => {
    console.error('The bench took longer than six minutes and was stopped.');
    process.exit(1);
  }, DEADLINE_MS).unref();
  pinSelf();
  const startedAt = performance.now();
  if (!options.json) console.log(machine());
  const findings = await run(options);
  const checks = findings.flatMap((finding) => finding.checks);
  if (options.json) {
    const judged = findings.map((finding) => ({
      ...finding,
      checks: finding.checks.map((check) => ({ ...check, met: isMet(check) })),
    }));
    return console.log(
      JSON.stringify({ machine: machine(), date: new Date().toISOString(), findings: judged }, null, 2),
    );
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`\n${checks.filter(isMet).length} of ${checks.length} figures kept, ${seconds} s.`);
  if (options.quick) console.log('Measured with --quick: not to be quoted.');
}

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
