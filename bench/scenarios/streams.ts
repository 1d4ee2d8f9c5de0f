import { chatBody } from '../bodies.ts';
import { added, errorsOf, interleave, type Lane, middle, type Rounds, ratio, type Sample, sample } from '../measure.ts';
import { startOurs, startPortkey, type Target, untilAnswered } from '../targets.ts';
import { type Bench, type Scenario, targetsOf } from './scenario.ts';

const firstToken = (one: Sample) => one.firstTokenP50Ms;
const tokensPerSecond = (one: Sample) => one.tokensPerSecond;

function errorCount(rounds: Rounds, name: string): number {
  return (rounds.get(name) ?? []).reduce((sum, one) => sum + one.errors, 0);
}

/** Twenty streams that all begin at once, each with a token every 20 ms, as from models that think before they speak. */
export const pacedStreams: Scenario = {
  name: 'paced',
  async run(bench) {
    const tokens = bench.quick ? 10 : 20;
    await bench.provider.setMode({ kind: 'stream', tokens, delayMs: 20 });
    const lanes = targetsOf(bench).map((target) => {
      const request = target.request(chatBody({ model: target.model, bytes: 1024, stream: true }));
      return { name: target.name, take: () => sample(target, { request, connections: 20, count: 40, tokens }) };
    });
    const rounds = await interleave(lanes, bench.rounds);
    return {
      name: 'paced',
      title: `20 streams at once, ${tokens} tokens 20 ms apart, twice, ${bench.rounds} rounds`,
      columns: ['', 'first token p50 ms', 'added ms', 'streams/round', 'broken', 'µs CPU/token'],
      rows: lanes.map(({ name }) => [
        name,
        middle(rounds, name, firstToken),
        added(rounds, [name, 'direct'], firstToken),
        middle(rounds, name, (one) => one.requests),
        String(errorCount(rounds, name)),
        middle(rounds, name, (one) => one.cpuMicrosPerToken),
      ]),
      checks: [
        {
          what: 'added time to first token, p50',
          measured: added(rounds, ['ours', 'direct'], firstToken),
          atMost: 2,
          unit: 'ms',
        },
        { what: 'streams that lost or reordered a token', measured: errorCount(rounds, 'ours'), atMost: 0 },
      ],
      notes: errorsOf(rounds),
    };
  },
};

const BURST_TOKENS = 1000;

function burstLane(name: string, target: Target, durationMs: number): Lane {
  const request = target.request(chatBody({ model: target.model, bytes: 1024, stream: true }));
  return { name, take: () => sample(target, { request, connections: 16, durationMs, tokens: BURST_TOKENS }) };
}

async function startTranslators(bench: Bench): Promise<{ lane: string; target: Target }[]> {
  const translators = [
    { lane: 'ours, translating', target: (await startOurs(bench.provider, { translating: true })) as Target },
  ];
  if (bench.portkey !== null) {
    translators.push({
      lane: 'portkey, translating',
      target: await startPortkey(bench.provider, { translating: true }),
    });
  }
  await bench.provider.setMode({ kind: 'json' });
  for (const { target } of translators) await untilAnswered(target);
  return translators;
}

/** Sixteen streams at a time, as fast as the bytes come. Translating: OpenAI's format here, Anthropic's there. */
export const burstStreams: Scenario = {
  name: 'burst',
  async run(bench) {
    const durationMs = bench.quick ? 250 : 900;
    const translators = await startTranslators(bench);
    try {
      await bench.provider.setMode({ kind: 'stream', tokens: BURST_TOKENS, delayMs: 0 });
      const lanes = [
        ...targetsOf(bench).map((target) => burstLane(target.name, target, durationMs)),
        ...translators.map(({ lane, target }) => burstLane(lane, target, durationMs)),
      ];
      const rounds = await interleave(lanes, bench.rounds);
      return {
        name: 'burst',
        title: `16 streams at a time of ${BURST_TOKENS} tokens without delay, ${bench.rounds} rounds of ${durationMs} ms`,
        columns: ['', 'tokens/s', '÷ floor', 'µs CPU/token', 'core used', 'first token p50 ms', 'broken'],
        rows: lanes.map(({ name }) => [
          name,
          middle(rounds, name, tokensPerSecond),
          ratio(rounds, [name, 'floor'], tokensPerSecond),
          middle(rounds, name, (one) => one.cpuMicrosPerToken),
          middle(rounds, name, (one) => one.busy),
          middle(rounds, name, firstToken),
          String(errorCount(rounds, name)),
        ]),
        checks: [
          {
            what: "tokens/s ÷ the floor's, same dialect",
            measured: ratio(rounds, ['ours', 'floor'], tokensPerSecond),
            atLeast: 0.85,
          },
          {
            what: "tokens/s ÷ the floor's, translating",
            measured: ratio(rounds, ['ours, translating', 'floor'], tokensPerSecond),
            atLeast: 0.4,
          },
        ],
        notes: errorsOf(rounds),
      };
    } finally {
      for (const { target } of translators) await target.stop();
    }
  },
};
