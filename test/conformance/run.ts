import { answerBytes, answerJson } from '../fake-answers.ts';
import type { Row } from '../gateway/start.ts';
import { type Bench, startBench } from './bench.ts';
import { answered, CASES, type Case, SIGNATURE } from './cases.ts';
import { compareAnswer, compareAsk } from './compare.ts';
import { type Ask, type Got, type Json, readSse } from './meaning.ts';
import { CLIENTS, OUTBOUNDS, type Outbound, type Pair } from './rows.ts';
import { isAllowed } from './rules.ts';

/** One cell: a case between two dialects, in one form. */
export interface Cell extends Pair {
  feature: string;
  stream: boolean;
  isSame: boolean;
  /** Why it fails; none: it passes. */
  misses: string[];
  /** What the pair could not carry, as the gateway reported it. */
  losses: string[];
}

/** Runs all cells of these pairs, one after the other. */
export async function runMatrix(pairs: readonly Pair[]): Promise<Cell[]> {
  const bench = await startBench();
  try {
    const cells: Cell[] = [];
    for (const planned of pairs.flatMap(listCells)) cells.push(await runCell(bench, planned));
    return cells;
  } finally {
    await bench.close();
  }
}

interface Planned {
  pair: Pair;
  outbound: Outbound;
  isSame: boolean;
  feature: string;
  one: Case;
  stream: boolean;
}

function listCells(pair: Pair): Planned[] {
  const outbound = OUTBOUNDS[pair.outbound];
  if (outbound === undefined) return [];
  const isSame = outbound.same === pair.inbound;
  return Object.entries(CASES)
    .filter(([, one]) => isAsked(one, pair, outbound, isSame))
    .flatMap(([feature, one]) =>
      [false, true]
        .filter((stream) => stream || one.breaks === undefined || one.breaks === 'error')
        .map((stream) => ({ pair, outbound, isSame, feature, one, stream })),
    );
}

/** Or something near it. */
const speaksChat = (id: string): boolean => !['openai', 'anthropic', 'gemini', 'cohere'].includes(id);

const isAsked = (one: Case, { inbound }: Pair, { id, wire }: Outbound, isSame: boolean): boolean =>
  !(one.asks !== undefined && CLIENTS[inbound].cannot.includes(one.asks)) &&
  (one.told === undefined || wire.tells.includes(one.told)) &&
  !(isSame && one.isTranslated === true) &&
  !(inbound === 'OpenAI Chat' && one.isForeign === true && speaksChat(id));

let questions = 0;
const MESSAGE = 'The provider does not want this, for a reason of its own.';

async function runCell(bench: Bench, planned: Planned): Promise<Cell> {
  const { pair, isSame, feature, one, stream } = planned;
  const ask = one.ask(`Question ${++questions}?`);
  const { asked, sent, told, heard, got, row } = await exchange(bench, planned, ask);
  const misses =
    one.breaks === undefined ? judge(planned, ask, got, sent, row) : judgeBreak(one.breaks, isSame, got, row);
  if (isSame && sent !== undefined && !isUntouched(asked, sent)) misses.push('the request was changed');
  if (isSame && (one.breaks === undefined || one.breaks === 'error') && heard !== told)
    misses.push('the answer was changed');
  if (one.carries !== undefined && !JSON.stringify(sent ?? {}).includes(one.carries))
    misses.push('something was not sent');
  if (one.told === 'signature') {
    const next = await exchange(bench, planned, answered(ask, got));
    if (!JSON.stringify(next.sent ?? {}).includes(SIGNATURE))
      misses.push('the signature did not come back to its maker');
  }
  const losses = sent === undefined ? [`refused: ${got.error?.message}`] : row.losses.map(({ why }) => why);
  return { ...pair, feature, stream, isSame, misses, losses };
}

/** One request, and all that can be seen of it. */
async function exchange({ started, key, fakeOf }: Bench, { pair, outbound, one, stream }: Planned, ask: Ask) {
  const client = CLIENTS[pair.inbound];
  const model = (one.model && outbound[one.model]) ?? outbound.model;
  const { path, headers, body: asked } = client.request(ask, { model, stream, key });
  const told = answerOf(outbound, one, model, stream);
  const fake = fakeOf(outbound.id);
  fake.requests.length = 0;
  const isWhole = !stream || one.breaks === 'error';
  fake.respond(isWhole ? answerJson(JSON.parse(told), one.breaks === 'error' ? 400 : 200) : answerBytes(told));
  const response = await fetch(started.url + path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  const heard = await response.text();
  const got = read(client, response.status, heard, stream);
  const { requests } = (await started.api('GET', '/requests?limit=1')) as { requests: [Row] };
  const body = fake.calls().at(-1)?.body;
  const sent = body && (JSON.parse(String(body)) as Json);
  return { asked, sent, told, heard, got, row: requests[0] };
}

function read(client: (typeof CLIENTS)[keyof typeof CLIENTS], status: number, text: string, stream: boolean): Got {
  try {
    return stream && status < 300
      ? client.readStream(readSse(text))
      : client.readWhole(status, JSON.parse(text) as Json);
  } catch {
    return { status, faults: [`not readable: ${text.slice(0, 200)}`] };
  }
}

/** The bytes that the provider answers with. Ids of calls are of this cell alone, so that no other's memory of them serves it. */
function answerOf({ wire }: Outbound, { answer: said, breaks }: Case, model: string, stream: boolean): string {
  const calls = said.calls?.map((call) => ({ ...call, id: `${call.id}_${questions}` }));
  const answer = calls === undefined ? said : { ...said, calls };
  if (breaks === 'error') return JSON.stringify(wire.error(MESSAGE));
  if (!stream) return JSON.stringify(wire.whole(answer, model));
  const events = wire.stream(answer, model);
  if (breaks === undefined) return events.join('');
  const half = events.slice(0, Math.ceil(events.length / 2)).join('');
  return breaks === 'cut' ? half : half + wire.broken(MESSAGE);
}

/** But for the model's name, and the usage on streams that costs are counted by. */
function isUntouched(asked: Json, sent: Json): boolean {
  const strip = ({ model: _, stream_options: __, ...rest }: Json) => JSON.stringify(rest);
  return strip(asked) === strip(sent);
}

/** Whether the provider was asked, and the client told, what was meant: by the same words, or with a reported loss that a rule allows. */
function judge(
  { pair, outbound, isSame, feature, one }: Planned,
  ask: Ask,
  got: Got,
  sent: Json | undefined,
  row: Row,
): string[] {
  if (sent === undefined) {
    const why = got.error?.message ?? 'nothing was sent';
    const isRefusal = got.status === 400 && row.errorCode !== null && got.faults.length === 0;
    const isKnown =
      isRefusal && isAllowed({ pair, feature, field: 'refused', losses: [{ field: row.errorCode ?? '', why }] });
    return isKnown ? [] : [`refused: ${got.status} ${why}`];
  }
  if (got.error !== undefined) return [`an error in the place of the answer: ${got.status} ${got.error.message}`];
  const { seen, faults } = outbound.wire.read(sent);
  // Between speakers of one dialect the bytes are compared, and their form is the provider's.
  const differences = [
    ...faults.map((why) => ({ field: 'request', why })),
    ...compareAsk(ask, seen),
    ...compareAnswer(one.answer, isSame ? { ...got, faults: [] } : got, pair.inbound),
  ];
  return differences
    .filter(({ field }) => !isAllowed({ pair, feature, field, losses: row.losses }))
    .map(({ field, why }) => `${field}: ${why}`);
}

/** The client is told of it in its own shape, legibly, and the ledger knows. */
function judgeBreak(breaks: NonNullable<Case['breaks']>, isSame: boolean, got: Got, row: Row): string[] {
  const misses = isSame ? [] : [...got.faults];
  if (got.error === undefined) misses.push('told as an answer');
  else if (breaks !== 'cut' && !got.error.message.includes(MESSAGE)) misses.push(`the message is ${got.error.message}`);
  if (breaks === 'error' && got.status !== 400) misses.push(`the status is ${got.status}`);
  if (row.status !== 'error') misses.push(`the row says ${row.status}`);
  return misses;
}
