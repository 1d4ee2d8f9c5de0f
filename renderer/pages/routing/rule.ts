import type { RoutingRule } from '../../../contract/routing.ts';
import { count } from '../../format.ts';
import { t } from '../../i18n/index.ts';

export function emptyRule(): RoutingRule {
  return {
    id: crypto.randomUUID(),
    name: '',
    enabled: true,
    when: { models: [], clients: [], tools: [], overTokens: null, complexities: [] },
    use: [],
    never: [],
  };
}

/** What a rule says, in a line: `claude-* · over 100,000 tokens → openai/gpt-5, then auto · never deepseek`. */
export function sentenceOf({ when, use, never }: RoutingRule, clientName: (id: string) => string): string {
  const conditions = [
    when.models.join(', '),
    when.clients.map(clientName).join(', '),
    when.tools.join(', '),
    when.overTokens === null ? '' : t('rules.over', { tokens: count(when.overTokens) }),
    when.complexities.map((one) => t(`complexity.${one}`)).join(', '),
  ].filter(Boolean);
  const actions = [
    use.length === 0 ? '' : `→ ${use.join(t('rules.then'))}`,
    never.length === 0 ? '' : t('rules.neverOf', { names: never.join(', ') }),
  ].filter(Boolean);
  return `${conditions.length === 0 ? t('rules.always') : conditions.join(' · ')} ${actions.join(' · ')}`;
}

/** A list with one of it in another place; as it was where there is no such place. */
export function moved<Item>(list: readonly Item[], from: number, to: number): Item[] {
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return [...list];
  return list.toSpliced(from, 1).toSpliced(to, 0, item);
}
