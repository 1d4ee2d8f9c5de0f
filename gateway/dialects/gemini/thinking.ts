import type { ChatRequest, JsonObject, Reasoning } from '../../chat.ts';
import type { TargetModel } from '../dialect.ts';
import { field, isObject, type Losses, numberAt } from './fields.ts';
import { generationOf } from './wire.ts';

/** Levels of Gemini 3 and later, weakest first. */
const LEVELS = ['minimal', 'low', 'medium', 'high'];

/**
 * Effort → `thinkingLevel` (Gemini 3 and later) and `thinkingBudget` in tokens (2.5). The budgets are those of Google's own
 * OpenAI endpoint: https://ai.google.dev/gemini-api/docs/openai (read 2026-08).
 */
const EFFORTS: Record<string, { level: string; budget: number; exact: boolean }> = {
  none: { level: 'minimal', budget: 0, exact: false },
  minimal: { level: 'minimal', budget: 1024, exact: true },
  low: { level: 'low', budget: 1024, exact: true },
  medium: { level: 'medium', budget: 8192, exact: true },
  high: { level: 'high', budget: 24_576, exact: true },
  xhigh: { level: 'high', budget: 32_768, exact: false },
  max: { level: 'high', budget: 32_768, exact: false },
};

/** Budget in tokens up to which a level stands for it, for models that think by level. */
const LEVEL_OF_BUDGET: readonly (readonly [number, string])[] = [
  [0, 'minimal'],
  [2048, 'low'],
  [12_288, 'medium'],
  [Number.POSITIVE_INFINITY, 'high'],
];

/** What `thinkingConfig` says. A budget of 0 means no thinking, -1 that the model decides. */
export function readThinking(config: unknown, path: string): Reasoning | undefined {
  if (!isObject(config)) return undefined;
  const reasoning: Reasoning = {};
  const level = field(config, 'thinkingLevel');
  const budget = field(config, 'thinkingBudget');
  const visible = field(config, 'includeThoughts');
  if (typeof level === 'string' && level !== 'THINKING_LEVEL_UNSPECIFIED') reasoning.effort = level.toLowerCase();
  if (budget !== undefined) {
    const tokens = numberAt(budget, `${path}.thinkingBudget`);
    if (tokens > 0) reasoning.budgetTokens = tokens;
    else if (tokens === 0) reasoning.effort = 'none';
    else reasoning.adaptive = true;
  }
  if (typeof visible === 'boolean') reasoning.visible = visible;
  return reasoning;
}

/** Whether a body can go as it is to a model that its client did not name: each generation is told in its own way how long to think. */
export function suitsThinking(body: JsonObject, target: TargetModel): boolean {
  const config = field(body, 'generationConfig');
  if (!isObject(config)) return true;
  const limit = field(config, 'maxOutputTokens');
  if (typeof limit === 'number' && limit > (target.maxOutputTokens ?? limit)) return false;
  const thinking = field(config, 'thinkingConfig');
  if (!isObject(thinking)) return true;
  const generation = generationOf(target.name);
  const level = field(thinking, 'thinkingLevel');
  const budget = field(thinking, 'thinkingBudget');
  if (generation < 2.5 || (level !== undefined && budget !== undefined)) return false;
  if (typeof level === 'string') return generation >= 3 && levelsOf(target).includes(level.toLowerCase());
  return typeof budget !== 'number' || budget < 0 || generation >= 3 || withinLimits(budget, target.name) === budget;
}

/** `thinkingConfig` for the target; undefined where nothing is to be said. Gemini refuses level and budget together. */
export function writeThinking(request: ChatRequest, target: TargetModel, losses: Losses): JsonObject | undefined {
  const { reasoning } = request;
  if (reasoning === undefined) return undefined;
  const generation = generationOf(target.name);
  const byLevel = generation >= 3;
  const thinks =
    generation >= 2.5 && !/-(?:image|tts)/.test(target.name) && !(byLevel && target.reasoningEfforts?.length === 0);
  if (!thinks) {
    if ((reasoning.effort ?? 'none') !== 'none' || reasoning.budgetTokens !== undefined) {
      losses.add('reasoning', 'the model takes no wish on how long to think');
    }
    return undefined;
  }
  const config = byLevel ? writeLevel(reasoning, target, losses) : writeBudget(reasoning, target, losses);
  fitBudget(config, request, { target, losses });
  const { visible = readsThoughts(request) ? true : undefined } = reasoning;
  if (visible !== undefined) config.includeThoughts = visible;
  return Object.keys(config).length === 0 ? undefined : config;
}

/** A client of Anthropic that gives a budget is shown the thoughts without another word. */
function readsThoughts({ dialect, reasoning }: ChatRequest): boolean {
  const { effort, budgetTokens = 0 } = reasoning ?? {};
  return dialect === 'anthropic' && effort === undefined && budgetTokens > 0;
}

/** Tokens of the output limit, which thoughts count towards, that a budget leaves for the answer. */
const ANSWER_ROOM = 1024;

/** A budget yields to the client's output limit, down to the least that the model thinks: else nothing would be left to answer with. */
function fitBudget(
  config: JsonObject,
  { maxOutputTokens: limit }: ChatRequest,
  { target, losses }: { target: TargetModel; losses: Losses },
): void {
  const budget = config.thinkingBudget;
  if (limit === undefined || typeof budget !== 'number' || budget <= limit - ANSWER_ROOM) return;
  const lowered = Math.min(budget, withinLimits(Math.max(0, limit - ANSWER_ROOM), target.name));
  if (lowered === budget) return;
  config.thinkingBudget = lowered;
  losses.add('reasoning.budgetTokens', `lowered to ${lowered} tokens to fit the output limit`);
}

function writeLevel(reasoning: Reasoning, target: TargetModel, losses: Losses): JsonObject {
  const wish = reasoning.effort === undefined ? undefined : EFFORTS[reasoning.effort];
  if (reasoning.effort !== undefined && wish === undefined) {
    losses.add('reasoning.effort', `Gemini knows no effort ${reasoning.effort}`);
  }
  const { budgetTokens } = reasoning;
  let wanted = wish?.level;
  if (wanted === undefined && budgetTokens !== undefined) {
    wanted = LEVEL_OF_BUDGET.find(([limit]) => budgetTokens <= limit)?.[1] ?? 'high';
    losses.add('reasoning.budgetTokens', `the model thinks by level: ${wanted}`);
  }
  if (wanted === undefined) return {};
  const level = nearestLevel(wanted, levelsOf(target));
  if (wish?.exact === false || (wish !== undefined && level !== wanted)) {
    losses.add('reasoning.effort', `the nearest that the model takes is ${level}`);
  }
  return { thinkingLevel: level };
}

function levelsOf(target: TargetModel): readonly string[] {
  const known = LEVELS.filter((level) => target.reasoningEfforts?.includes(level));
  if (known.length > 0) return known;
  return target.name.includes('pro') ? LEVELS.slice(1) : LEVELS;
}

/** The nearest level of those allowed; of two equally near, the one that thinks more. */
function nearestLevel(wanted: string, allowed: readonly string[]): string {
  const place = LEVELS.indexOf(wanted);
  const distance = (level: string): number => Math.abs(LEVELS.indexOf(level) - place);
  return allowed.reduce((best, level) => (distance(level) <= distance(best) ? level : best), allowed[0] ?? wanted);
}

function writeBudget(reasoning: Reasoning, target: TargetModel, losses: Losses): JsonObject {
  const wish = reasoning.effort === undefined ? undefined : EFFORTS[reasoning.effort];
  const wanted = reasoning.budgetTokens ?? wish?.budget;
  if (wanted === undefined) {
    if (reasoning.effort !== undefined) losses.add('reasoning.effort', `Gemini knows no effort ${reasoning.effort}`);
    return reasoning.adaptive === true ? { thinkingBudget: -1 } : {};
  }
  const budget = withinLimits(wanted, target.name);
  if (reasoning.budgetTokens !== undefined && budget !== wanted) {
    losses.add('reasoning.budgetTokens', `the nearest that the model takes is ${budget}`);
  } else if (wish !== undefined && wanted === 0 && budget !== 0) {
    losses.add('reasoning.effort', `the model cannot stop thinking: ${budget} tokens`);
  }
  return { thinkingBudget: budget };
}

/** Limits of the 2.5 models: https://ai.google.dev/gemini-api/docs/thinking#set-budget (read 2026-08). */
function withinLimits(budget: number, name: string): number {
  if (name.includes('pro')) return Math.min(32_768, Math.max(128, budget));
  if (budget === 0) return 0;
  return Math.min(24_576, Math.max(name.includes('lite') ? 512 : 1, budget));
}
