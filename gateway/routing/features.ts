import model from '../../resources/router/model.json' with { type: 'json' };
import type { ChatRequest } from '../chat.ts';
import { CUE, type CueName } from './cues.ts';
import { type Focus, type LengthOf, readFocus } from './focus.ts';
import { createScorer, type RouterModel, type Scorer } from './learned.ts';
import type { Features } from './route.ts';
import { type Scan, scan } from './scan.ts';
import { readSize } from './size.ts';

interface ReadOptions {
  /** Absent: every string is as it was received. */
  lengthOf?: LengthOf;
  /** The trained part; absent: as shipped. */
  scorer?: Scorer;
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

/** A text of so many words, hardly one of which training knew, is like nothing that it learned from. */
const STRANGE_WORDS = 8;
const STRANGE_FAMILIARITY = 0.35;

const shipped = createScorer(model as RouterModel);
const asReceived: LengthOf = (text) => text.length;

/**
 * Reads what classification and routing know of a request. Bounded on any input: at most about 7,500 characters are read,
 * long strings by head, middle and tail, each text is searched for notes of tools within 12,000, and at most 4,000 parts are visited.
 */
export function readFeatures(
  request: ChatRequest,
  { lengthOf = asReceived, scorer = shipped }: ReadOptions = {},
): Features {
  const focus = readFocus(request, lengthOf);
  const found = scan(focus.turn);
  const size = readSize(request, lengthOf);
  const perChar = focus.turn === '' ? 0 : (found.words * 1.3 + found.symbols * 0.5) / focus.turn.length;
  const signals: Record<string, number> = {};
  readTopics(focus, found, signals);
  readKinds(focus, found, signals);
  readShape(focus, found, signals);
  readLearned(focus, found, { signals, scorer });
  if (focus.steps > 0) signals.steps = focus.steps;
  if (size.toolResults > 0) signals.toolResults = size.toolResults;
  if (focus.housekeeping) signals.housekeeping = 1;
  const features: Features = {
    inputTokens: size.inputTokens,
    lastTurnTokens: Math.ceil(perChar * focus.turnLength),
    turns: request.messages.length,
    tools: request.tools.length,
    images: size.images,
    documents: size.documents,
    audio: size.audio,
    needsStructuredOutput: request.format?.type === 'schema',
    needsReasoning: asksForReasoning(request),
    streaming: request.stream,
    signals,
  };
  const effort = request.reasoning?.effort;
  if (effort !== undefined) features.effort = effort;
  if (request.maxOutputTokens !== undefined) features.maxOutputTokens = request.maxOutputTokens;
  return features;
}

/** `minimal` and `low` are hints that a model without reasoning may ignore; a budget or a higher word is a need. */
function asksForReasoning({ reasoning }: ChatRequest): boolean {
  if (reasoning === undefined) return false;
  if (reasoning.budgetTokens !== undefined && reasoning.budgetTokens > 0) return true;
  return reasoning.effort !== undefined && !['none', 'minimal', 'low'].includes(reasoning.effort);
}

function readTopics(focus: Focus, found: Scan, signals: Record<string, number>): void {
  const lead = (name: CueName) => found.lead[CUE[name]] ?? 0;
  const order = lead('rework') + lead('digest');
  const isCode = found.fences > 0 || lead('building') > 0;
  const isMaterial = order > 0 && !isCode;
  const leadShare = isMaterial && found.orderedLast ? BODY_SHARE : 1;
  const bodyShare = isMaterial ? MATERIAL_SHARE : focus.turn.length > 1_200 ? BODY_SHARE : 1;
  const standsAlone = lead('greeting') + lead('factual') + order > 0;
  const leans = found.words < SHORT_WORDS && focus.context !== '' && !standsAlone;
  const before = leans ? scan(focus.context) : undefined;
  for (const name of TOPICS) {
    const cue = CUE[name];
    let value = (found.lead[cue] ?? 0) * leadShare + (found.body[cue] ?? 0) * bodyShare;
    if (before !== undefined) value += ((before.lead[cue] ?? 0) + (before.body[cue] ?? 0)) * CONTEXT_SHARE;
    if (value > 0) signals[name] = round(value);
  }
  if (before !== undefined) signals.followUp = 1;
}

function readKinds(focus: Focus, found: Scan, signals: Record<string, number>): void {
  const { words } = found;
  const lead = (name: CueName) => found.lead[CUE[name]] ?? 0;
  const factual = lead('factual');
  const greeting = lead('greeting');
  const chat = lead('chat');
  if (lead('rework') > 0) signals.rework = Math.min(lead('rework'), 2);
  if (lead('digest') > 0) signals.digest = Math.min(lead('digest'), 2);
  if (words <= 5 && SUM.test(focus.turn.slice(0, 60))) signals.factual = 1;
  else if (factual > 0 && words <= 30) signals.factual = round(Math.min(factual, 2) * (words <= 16 ? 1 : 0.4));
  if (greeting > 0 && words <= 8) signals.greeting = round(Math.min(1, (greeting * 3) / Math.max(words, 1)));
  if (chat > 0 && words <= 60) signals.chat = Math.min(chat, 2);
  const letters = found.latin + found.han + found.kana + found.otherScript;
  if (letters > 0 && found.otherScript / letters > 0.4) signals.unknownScript = round(found.otherScript / letters);
  const isLatin = found.latin > 0.9 * letters;
  if (isLatin && words >= 15 && found.common / words < 0.05 && found.symbols + found.digits < words)
    signals.unknownLanguage = 1;
  if (letters === 0) signals.noWords = 1;
  if (focus.turn === '') signals.noTurn = 1;
}

function readLearned(
  { turn }: Focus,
  found: Scan,
  { signals, scorer }: { signals: Record<string, number>; scorer: Scorer },
): void {
  const { odds, familiarity } = scorer(turn);
  const learned = round(odds);
  if (learned !== 0) signals.learned = learned;
  if (found.latin > 0 && found.words >= STRANGE_WORDS && familiarity < STRANGE_FAMILIARITY)
    signals.unfamiliar = round(1 - familiarity);
}

function readShape(focus: Focus, found: Scan, signals: Record<string, number>): void {
  const length = Math.max(focus.turn.length, 1);
  const words = Math.round((found.words * focus.turnLength) / length);
  const symbols = round(Math.max(0, found.symbols / length - 0.02) * 10);
  const digits = round(found.digits / length);
  if (words > 0) signals.words = words;
  if (found.fences > 0) signals.codeFences = Math.ceil(found.fences / 2);
  if (found.codeLines > 0) signals.codeLines = found.codeLines;
  if (found.diffLines >= 5) signals.diffLines = found.diffLines;
  if (symbols > 0) signals.symbols = symbols;
  if (found.maths > 0) signals.mathMarks = found.maths;
  if (digits > 0) signals.digits = digits;
  if (found.questions > 0) signals.questions = found.questions;
  if (found.listLines > 0) signals.listItems = found.listLines;
  if (found.optionLines >= 2) signals.options = found.optionLines;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
