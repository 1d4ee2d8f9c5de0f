import type { ChatRequest, JsonObject } from '../../chat.ts';
import type { TargetModel } from '../dialect.ts';
import { type LossLog, termOf } from './losses.ts';
import type { Traits } from './model.ts';

/** Output limit where neither the client nor the registry names one: every Claude model takes it. */
const FALLBACK_MAX_TOKENS = 4096;

/** Smallest budget that the API takes (https://platform.claude.com/docs/en/build-with-claude/extended-thinking, read 2026-11). */
const MIN_BUDGET = 1024;

/** Tokens of `max_tokens` that a budget of ours leaves for the answer. */
const ANSWER_ROOM = 1024;

/** Budgets that stand for the words, for models that take no word. */
const BUDGETS: Record<string, number> = {
  minimal: 1024,
  low: 4096,
  medium: 10_240,
  high: 24_576,
  xhigh: 32_768,
  max: 49_152,
};

const WORDS = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

export interface ThinkingPlan {
  maxTokens: number;
  thinking?: JsonObject;
  effort?: string;
  /** Thinking was asked for and goes out: sampling parameters yield to it. */
  active: boolean;
  /** It was asked for, and the turn goes without. */
  off?: boolean;
}

export interface ThinkingQuestion {
  request: ChatRequest;
  target: TargetModel;
  traits: Traits;
  /** Why this turn cannot think although it was asked to, in words; undefined where it can. */
  obstacle: string | undefined;
  losses: LossLog;
}

/**
 * The written rule for thinking. A client that asks for none gets what the model does by itself. `max_tokens` stays what the
 * client said and a budget yields to it; where nobody said one, it is the model's limit, or the budget and 4096. A forced
 * tool, or a tool loop whose thinking block is lost, switches thinking off for the turn.
 */
export function planThinking(question: ThinkingQuestion): ThinkingPlan {
  const { request, target, traits, losses } = question;
  const plan: ThinkingPlan = { maxTokens: maxTokensOf(question), active: false };
  const asked = request.reasoning;
  if (asked === undefined) return plan;
  const term = termOf(request.dialect, 'reasoning');
  if (asked.effort === 'none') return switchOff(plan, traits, () => losses.add(term, 'this model always thinks'));
  if (traits.thinking === 'none') {
    losses.add(term, 'this model does not think');
    return { ...plan, off: true };
  }
  if (isEffortAlone(request)) return withEffort(plan, asked.effort, question);
  if (question.obstacle !== undefined && traits.off !== 'never') {
    losses.add(term, `thinking is off for this turn: ${question.obstacle}`);
    return { ...switchOff(plan, traits, () => undefined), off: true };
  }
  const display = asked.visible === undefined ? {} : { display: asked.visible ? 'summarized' : 'omitted' };
  if (traits.thinking === 'budget' || (traits.budget && asked.budgetTokens !== undefined)) {
    return withBudget(plan, display, question, target);
  }
  plan.active = true;
  plan.thinking = { type: 'adaptive', ...display };
  if (asked.budgetTokens === undefined) return withEffort(plan, asked.effort, question);
  losses.add(term, 'this model takes no thinking budget: it became an effort');
  return withEffort(plan, asked.effort ?? wordOf(asked.budgetTokens), question);
}

/** In Anthropic's own dialect an effort may come without a word on thinking, and then says nothing about it. */
function isEffortAlone({ dialect, reasoning }: ChatRequest): boolean {
  if (dialect !== 'anthropic') return false;
  return reasoning?.adaptive === undefined && reasoning?.budgetTokens === undefined;
}

function maxTokensOf({ request, target, losses }: ThinkingQuestion): number {
  const limit = target.maxOutputTokens;
  const asked = request.maxOutputTokens;
  if (asked === undefined) return limit ?? FALLBACK_MAX_TOKENS;
  if (limit === undefined || asked <= limit) return asked;
  losses.add(termOf(request.dialect, 'maxOutputTokens'), `the model writes at most ${limit} tokens`);
  return limit;
}

function switchOff(plan: ThinkingPlan, traits: Traits, onNever: () => void): ThinkingPlan {
  if (traits.off === 'never') onNever();
  else if (traits.off !== 'omit') plan.thinking = { type: traits.off };
  return plan;
}

function withBudget(
  plan: ThinkingPlan,
  display: JsonObject,
  { request, losses }: ThinkingQuestion,
  target: TargetModel,
): ThinkingPlan {
  const asked = request.reasoning ?? {};
  const term = termOf(request.dialect, 'reasoning');
  let budget = asked.budgetTokens ?? BUDGETS[asked.effort ?? 'medium'] ?? BUDGETS.medium ?? MIN_BUDGET;
  if (asked.adaptive) losses.add(term, `this model takes a thinking budget only: ${budget} tokens`);
  if (budget < MIN_BUDGET) {
    losses.add(term, `the smallest thinking budget is ${MIN_BUDGET} tokens`);
    budget = MIN_BUDGET;
  }
  if (request.maxOutputTokens === undefined && target.maxOutputTokens === undefined) {
    plan.maxTokens = budget + FALLBACK_MAX_TOKENS;
  }
  const ceiling = asked.budgetTokens === undefined ? plan.maxTokens - ANSWER_ROOM : plan.maxTokens - 1;
  if (budget > ceiling) {
    const lowered = plan.maxTokens - ANSWER_ROOM;
    if (lowered < MIN_BUDGET) {
      losses.add(
        term,
        `thinking is off for this turn: an output limit of ${plan.maxTokens} tokens leaves no room for it`,
      );
      return { ...plan, off: true };
    }
    losses.add(term, `the thinking budget was lowered to ${lowered} tokens to fit the output limit`);
    budget = lowered;
  }
  plan.active = true;
  plan.thinking = { type: 'enabled', budget_tokens: budget, ...display };
  return plan;
}

/** The word itself, or the strongest weaker one that the model takes, or its weakest. */
function withEffort(plan: ThinkingPlan, word: string | undefined, question: ThinkingQuestion): ThinkingPlan {
  const { efforts } = question.traits;
  if (word === undefined) return plan;
  if (efforts.includes(word)) {
    plan.effort = word;
    return plan;
  }
  const rank = WORDS.indexOf(word);
  const nearest = rank < 0 ? undefined : (efforts.findLast((effort) => WORDS.indexOf(effort) <= rank) ?? efforts[0]);
  const term = termOf(question.request.dialect, 'reasoning');
  if (nearest === undefined) question.losses.add(term, `this model knows no effort "${word}"`);
  else {
    question.losses.add(term, `this model knows no effort "${word}": it became "${nearest}"`);
    plan.effort = nearest;
  }
  return plan;
}

function wordOf(budget: number): string {
  return WORDS.findLast((word) => (BUDGETS[word] ?? 0) <= budget) ?? 'low';
}
