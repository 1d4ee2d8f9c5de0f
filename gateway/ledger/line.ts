import type { RequestRow } from './request-row.ts';

const FIELDS = 12;
const REST_FIELDS = 31;
/** Lines of earlier versions are shorter: what they lack is null. */
const LEAST_REST_FIELDS = 24;

/** A row, and its line in the journal, which is written once. */
export interface WrittenRow {
  row: RequestRow;
  line: string;
}

/**
 * What the journal holds of a row: a JSON array of its columns, then the rest of its fields. New fields go to the end of the rest, and a place
 * once used is never used for another.
 */
export function writeLine(row: RequestRow): string {
  const columns = JSON.stringify([
    row.startedAtMs,
    row.id,
    row.clientId,
    row.provider,
    row.model,
    row.complexity,
    row.status,
    row.cache,
    row.costNano,
    row.errorCode,
    row.errorMessage,
  ]);
  return `${columns.slice(0, -1)},${writeRest(row)}]`;
}

/** Features are JSON already: they go first and as they are, neither parsed nor quoted. */
function writeRest(row: RequestRow): string {
  const fields = JSON.stringify([
    row.clientName,
    row.dialect,
    row.requestedModel,
    row.score,
    row.why,
    row.stream,
    row.inputTokens,
    row.outputTokens,
    row.cacheReadTokens,
    row.cacheWrite5mTokens,
    row.cacheWrite1hTokens,
    row.reasoningTokens,
    row.audioInputTokens,
    row.audioOutputTokens,
    row.costKind,
    row.priceVersion,
    row.firstByteMs,
    row.latencyMs,
    row.httpStatus,
    row.retries,
    row.fallbacks,
    row.losses,
    row.billing,
    row.decision,
    row.switchLossNano,
    row.givenUpNano,
    row.queueMicros,
    row.routeMicros,
    row.attempts,
    row.answerHeaders,
  ]);
  return `[${row.features ?? 'null'},${fields.slice(1)}`;
}

/** Reads a parsed line of the journal; undefined when it is none of `writeLine`. */
export function readLine(line: unknown): WrittenRow | undefined {
  if (!Array.isArray(line) || line.length !== FIELDS) return undefined;
  const [
    startedAtMs,
    id,
    clientId,
    provider,
    model,
    complexity,
    status,
    cache,
    costNano,
    errorCode,
    errorMessage,
    rest,
  ] = line;
  if (typeof id !== 'string' || typeof startedAtMs !== 'number') return undefined;
  if (!Array.isArray(rest) || rest.length < LEAST_REST_FIELDS || rest.length > REST_FIELDS) return undefined;
  const columns = {
    startedAtMs,
    id,
    clientId,
    provider,
    model,
    complexity,
    status,
    cache,
    costNano,
    errorCode,
    errorMessage,
  };
  return { row: { ...columns, ...readRest(rest) }, line: JSON.stringify(line) };
}

type Rest = Omit<
  RequestRow,
  | ('startedAtMs' | 'id' | 'clientId' | 'provider' | 'model' | 'complexity')
  | ('status' | 'cache' | 'costNano' | 'errorCode' | 'errorMessage')
>;

function readRest(rest: readonly unknown[]): Rest {
  const [features, clientName, dialect, requestedModel, score, why, stream] = rest;
  const [inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens] = rest.slice(7);
  const [reasoningTokens, audioInputTokens, audioOutputTokens, costKind, priceVersion] = rest.slice(12);
  const [firstByteMs, latencyMs, httpStatus, retries, fallbacks, losses, billing] = rest.slice(17);
  const [decision, switchLossNano, givenUpNano, queueMicros, routeMicros, attempts, answerHeaders] = rest.slice(24);
  return {
    features: features === null ? null : JSON.stringify(features),
    clientName,
    dialect,
    requestedModel,
    score,
    why,
    stream,
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWrite5mTokens,
    cacheWrite1hTokens,
    reasoningTokens,
    audioInputTokens,
    audioOutputTokens,
    costKind,
    priceVersion,
    firstByteMs,
    latencyMs,
    httpStatus,
    retries,
    fallbacks,
    losses,
    billing,
    decision: decision ?? null,
    switchLossNano: switchLossNano ?? 0,
    givenUpNano: givenUpNano ?? 0,
    queueMicros: queueMicros ?? null,
    routeMicros: routeMicros ?? null,
    attempts: attempts ?? null,
    answerHeaders: answerHeaders ?? null,
  } as Rest;
}

/** What a decision of the past is read back from. `features` as they were read, not as text. */
export interface PastLine {
  startedAtMs: number;
  id: string;
  clientId: string | null;
  provider: string | null;
  model: string | null;
  costNano: number | null;
  features: unknown;
  requestedModel: string;
  score: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWrite5mTokens: number | null;
  cacheWrite1hTokens: number | null;
  decision: string | null;
}

/** Reads the few fields of a line that a test over many rows needs, without writing their features anew. */
export function readPastLine(line: string): PastLine {
  const [startedAtMs, id, clientId, provider, model, , , , costNano, , , rest] = JSON.parse(line);
  const { requestedModel, score, inputTokens, outputTokens, decision, ...others } = readRest([null, ...rest.slice(1)]);
  const { cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = others;
  const tokens = { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens };
  return {
    startedAtMs,
    id,
    clientId,
    provider,
    model,
    costNano,
    features: rest[0],
    requestedModel,
    score,
    decision,
    ...tokens,
  };
}
