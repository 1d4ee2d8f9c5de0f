import { setTimeout } from 'node:timers/promises';
import { askOnce, createConnection } from '../connection.ts';
import { stamp } from '../load.ts';
import { median } from '../measure.ts';
import { BAD_BODIES, type BadBody } from '../pathological.ts';
import { startFloor, startOurs, type Target, untilAnswered } from '../targets.ts';
import type { Scenario } from './scenario.ts';

/** The longest gap in the target's event loop since the last call, measured inside the target. */
async function longestGapMs(target: Target): Promise<number> {
  target.child?.send('loop');
  return (await target.child?.message((message) => message.longestGapMs as number | undefined)) ?? Number.NaN;
}

/** A second client that asks for something cheap all the time; `stop` says how long its slowest answer took. */
function startPings(target: Target) {
  const head = target.request('').bytes.toString('latin1');
  const request = Buffer.from(head.replace(/^POST \S+/, 'GET /v1/models').replace(/content-(length|type):.*\r\n/g, ''));
  const connection = createConnection({ port: target.port, patienceMs: 20_000 });
  let slowestMs = 0;
  let going = true;
  const done = (async () => {
    while (going) {
      const askedAt = performance.now();
      await connection.ask(request).catch(() => undefined);
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      await setTimeout(1);
    }
    connection.close();
  })();
  return {
    async stop(): Promise<number> {
      going = false;
      await done;
      return slowestMs;
    },
  };
}

interface Blow {
  gapMs: number;
  pingMs: number;
  status: string;
}

async function strike(target: Target, body: Buffer | null): Promise<Blow> {
  const request = body === null ? null : target.request(body);
  const pings = startPings(target);
  await setTimeout(50);
  await longestGapMs(target);
  const blow: Blow = { gapMs: 0, pingMs: 0, status: '–' };
  if (request === null) {
    await setTimeout(300);
  } else {
    stamp(request);
    try {
      const answer = await askOnce(target.port, request.bytes);
      blow.status = String(answer.status);
    } catch {
      blow.status = 'none';
    }
  }
  // The work that follows an answer (ledger, garbage) counts as well.
  await setTimeout(100);
  blow.gapMs = await longestGapMs(target);
  blow.pingMs = await pings.stop();
  return blow;
}

/** Several blows with the same body as one: medians, because a busy machine adds gaps of its own. */
function summary(blows: Blow[]): Blow & { worstMs: number } {
  const of = (pick: (blow: Blow) => number) => median(blows.map(pick));
  return {
    gapMs: of((blow) => blow.gapMs),
    worstMs: Math.max(...blows.map((blow) => blow.gapMs)),
    pingMs: of((blow) => blow.pingMs),
    status: blows[0]?.status ?? '–',
  };
}

/** What is routed may be refused for its length; what names its model is sent on. Each goes its own way inside. */
const MODELS = ['auto', 'openai/gpt-5-mini'];

async function strikeAll(target: Target, models: string[], body: BadBody, times: number) {
  const summaries: ReturnType<typeof summary>[] = [];
  for (const model of models) {
    const bytes = body.build(model);
    const blows: Blow[] = [];
    for (let index = 0; index < times; index++) blows.push(await strike(target, bytes));
    summaries.push(summary(blows));
  }
  return summaries;
}

/** The worst bodies that the limit lets in, one at a time, while a second client asks for the models every millisecond. */
export const eventLoop: Scenario = {
  name: 'loop',
  async run(bench) {
    await bench.provider.setMode({ kind: 'json' });
    const floor = await startFloor(bench.provider, { probe: true });
    const ours = await startOurs(bench.provider, { probe: true });
    try {
      for (const target of [floor, ours]) await untilAnswered(target);
      const times = bench.quick ? 1 : 3;
      const still = summary([await strike(ours, null), await strike(ours, null)]);
      const rows: (string | number)[][] = [['no bad body', still.gapMs, '–', still.worstMs, still.pingMs, '–', '–']];
      let worst = 0;
      for (const body of BAD_BODIES) {
        const [auto, named] = await strikeAll(ours, MODELS, body, times);
        const [bare] = await strikeAll(floor, ['auto'], body, 1);
        if (auto === undefined || named === undefined || bare === undefined) continue;
        const worstMs = Math.max(auto.worstMs, named.worstMs);
        const pingMs = Math.max(auto.pingMs, named.pingMs);
        const status = `${auto.status} ${named.status}`;
        rows.push([body.name, auto.gapMs, named.gapMs, worstMs, pingMs, status, bare.gapMs]);
        worst = Math.max(worst, auto.gapMs, named.gapMs);
      }
      return {
        name: 'loop',
        title: `longest gap in the event loop, bodies of up to 32 MiB, median of ${times} (auto, then a named model)`,
        columns: ['', 'auto ms', 'named ms', 'worst ms', 'ping ms', 'status', 'floor ms'],
        rows,
        checks: [
          { what: 'longest gap of any body (median of the same body)', measured: worst, atMost: 10, unit: 'ms' },
        ],
        notes: [],
      };
    } finally {
      await floor.stop();
      await ours.stop();
    }
  },
};
