import type { RoutingPolicy, RoutingRule } from '../../contract/routing.ts';
import { fits, fitsModel } from './pattern.ts';
import type { Ban, Complexity } from './route.ts';

/** What of a request rules ask about. */
export interface Asked {
  /** As the client wrote it; `auto` where it named none. */
  model: string;
  clientId: string | undefined;
  tool: string | undefined;
  inputTokens: number;
  complexity: Complexity;
}

/** What the rules make of a request: who chooses, and what is forbidden. */
export interface Ruled {
  /** The first rule that holds and names models. */
  chooser: RoutingRule | undefined;
  bans: readonly Ban[];
}

const NOTHING: Ruled = { chooser: undefined, bans: [] };
const bansOfRules = new WeakMap<RoutingRule, Ban>();

/** Goes through the owner's rules in their order. */
export function applyRules({ rules }: RoutingPolicy, asked: Asked): Ruled {
  if (rules.length === 0) return NOTHING;
  let chooser: RoutingRule | undefined;
  const bans: Ban[] = [];
  for (const rule of rules) {
    if (!rule.enabled || !holds(rule, asked)) continue;
    if (rule.use.length > 0) chooser ??= rule;
    if (rule.never.length > 0) bans.push(banOf(rule));
  }
  return { chooser, bans };
}

function holds({ when }: RoutingRule, { model, clientId, tool, inputTokens, complexity }: Asked): boolean {
  if (when.overTokens !== null && inputTokens <= when.overTokens) return false;
  if (when.clients.length > 0 && (clientId === undefined || !when.clients.includes(clientId))) return false;
  if (when.tools.length > 0 && (tool === undefined || !when.tools.includes(tool))) return false;
  if (when.complexities.length > 0 && !when.complexities.includes(complexity)) return false;
  return when.models.length === 0 || fits(when.models, model);
}

function banOf(rule: RoutingRule): Ban {
  let ban = bansOfRules.get(rule);
  if (ban === undefined) {
    const covered = new Map<string, boolean>();
    ban = {
      rule: rule.name,
      covers(id) {
        const known = covered.get(id);
        if (known !== undefined) return known;
        const covers = fitsModel(rule.never, id);
        // Ids are those of the registry, but for what clients ask for without its knowing.
        if (covered.size < 10_000) covered.set(id, covers);
        return covers;
      },
    };
    bansOfRules.set(rule, ban);
  }
  return ban;
}
