import type { ChatRequest } from '../chat.ts';
import { type Focus, readFocus } from './focus.ts';
import type { Features } from './route.ts';
import { type CueName, type Scan, scan } from './scan.ts';
import { readSize } from './size.ts';

interface ReadOptions {
  /** Length in bytes of a text as it was received, where the string at hand is only its shortened stand-in. */
  lengthOf?: (text: string) => number;
}

/** Cues that say what is asked; found in material that is only to be reworked, they say little. */
const TOPICS = [
  'proof',
  'concurrency',
  'debugging',
  'design',
  'algorithm',
  'maths',
  'expertise',
  'reasoning',
  'composing',
  'building',
  'constraint',
] as const satisfies readonly CueName[];

/** What a cue outside the instruction counts: in a long text, and in material to be translated, summarised and so on. */
const BODY_SHARE = 0.35;
const MATERIAL_SHARE = 0.12;
/** A sum to be worked out, and nothing else. */
const SUM =
  /^(?:what(?:'s| is) |how much is )?[\d(][\d\s()+*/x×÷.,-]*[=?\s]*$|^(?:what(?:'s| is) )\d+ (?:times|plus|minus) \d+\??$/i;

/** A turn of fewer words leans on the turn before it; its cues then count this much. */
const SHORT_WORDS = 8;
const CONTEXT_SHARE = 0.6;

/**
 * Reads what classification and routing know of a request. Bounded on any input: at most about 28,000 characters are read,
 * long strings by head, middle and tail, and at most 4,000 parts are visited.
 */
export function readFeatures(request: ChatRequest, options: ReadOptions = {}): Features {
  const focus = readFocus(request);
  const found = scan(focus.turn);
  const size = readSize(request, options.lengthOf);
  const effort = request.reasoning?.effort;
  const perChar = focus.turn === '' ? 0 : (found.words * 1.3 + found.symbols * 0.5) / focus.turn.length;
  const signals: Record<string, number> = {};
  readTopics(focus, found, signals);
  readKinds(focus, found, signals);
  readShape(focus, found, signals);
  const add = (name: string, value: number) => {
    if (value > 0) signals[name] = value;
  };
  add('steps', focus.steps);
  add('toolResults', size.toolResults);
  if (focus.housekeeping && request.tools.length === 0) signals.housekeeping = 1;
  return {
    inputTokens: size.inputTokens,
    lastTurnTokens: Math.ceil(perChar * focus.turnLength),
    ...(request.maxOutputTokens === undefined ? {} : { maxOutputTokens: request.maxOutputTokens }),
    turns: request.messages.length,
    tools: request.tools.length,
    images: size.images,
    documents: size.documents,
    audio: size.audio,
    needsStructuredOutput: request.format?.type === 'schema',
    needsReasoning: asksForReasoning(request),
    ...(effort === undefined ? {} : { effort }),
    streaming: request.stream,
    signals,
  };
}

/** `minimal` and `low` are hints that a model without reasoning may ignore; a budget or a higher word is a need. */
function asksForReasoning({ reasoning }: ChatRequest): boolean {
  if (reasoning === undefined) return false;
  if (reasoning.budgetTokens !== undefined && reasoning.budgetTokens > 0) return true;
  return reasoning.effort !== undefined && !['none', 'minimal', 'low'].includes(reasoning.effort);
}

function readTopics(focus: Focus, found: Scan, signals: Record<string, number>): void {
  const order = found.lead.rework + found.lead.digest;
  const isCode = found.fences > 0 || found.lead.building > 0;
  const isMaterial = order > 0 && !isCode;
  const leadShare = isMaterial && found.orderedLast ? BODY_SHARE : 1;
  const bodyShare = isMaterial ? MATERIAL_SHARE : focus.turn.length > 1_200 ? BODY_SHARE : 1;
  const standsAlone = found.lead.greeting + found.lead.factual + order > 0;
  const leans = found.words < SHORT_WORDS && focus.context !== '' && !standsAlone;
  const before = leans ? scan(focus.context) : undefined;
  for (const name of TOPICS) {
    let value = found.lead[name] * leadShare + found.body[name] * bodyShare;
    if (before !== undefined) value += (before.lead[name] + before.body[name]) * CONTEXT_SHARE;
    if (value > 0) signals[name] = round(value);
  }
  if (before !== undefined) signals.followUp = 1;
}

function readKinds(focus: Focus, found: Scan, signals: Record<string, number>): void {
  const { lead, words } = found;
  if (lead.rework > 0) signals.rework = Math.min(lead.rework, 2);
  if (lead.digest > 0) signals.digest = Math.min(lead.digest, 2);
  if (words <= 5 && SUM.test(focus.turn.slice(0, 60))) signals.factual = 1;
  else if (lead.factual > 0 && words <= 30)
    signals.factual = round(Math.min(lead.factual, 2) * (words <= 16 ? 1 : 0.4));
  if (lead.greeting > 0 && words <= 8) signals.greeting = round(Math.min(1, (lead.greeting * 3) / Math.max(words, 1)));
  if (lead.chat > 0 && words <= 60) signals.chat = Math.min(lead.chat, 2);
  const letters = found.latin + found.han + found.kana + found.otherScript;
  if (letters > 0 && found.otherScript / letters > 0.4) signals.unknownScript = round(found.otherScript / letters);
  const isLatin = found.latin > 0.9 * letters;
  const common = lead.common + found.body.common;
  if (isLatin && words >= 15 && common / words < 0.05 && found.symbols + found.digits < words)
    signals.unknownLanguage = 1;
  if (letters === 0) signals.noWords = 1;
  if (focus.turn === '') signals.noTurn = 1;
}

function readShape(focus: Focus, found: Scan, signals: Record<string, number>): void {
  const length = Math.max(focus.turn.length, 1);
  const shape: Record<string, number> = {
    words: Math.round((found.words * focus.turnLength) / length),
    codeFences: Math.ceil(found.fences / 2),
    codeLines: found.codeLines,
    diffLines: found.diffLines >= 5 ? found.diffLines : 0,
    symbols: round(Math.max(0, found.symbols / length - 0.02) * 10),
    mathMarks: found.maths,
    digits: round(found.digits / length),
    questions: found.questions,
    listItems: found.listLines,
    options: found.optionLines >= 2 ? found.optionLines : 0,
  };
  for (const name in shape) {
    const value = shape[name];
    if (value !== undefined && value > 0) signals[name] = value;
  }
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
