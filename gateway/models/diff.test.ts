import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type CatalogueDiff, diffCatalogues, type Facts } from './diff.ts';
import { liteLlmFacts } from './sources/litellm.ts';
import { modelsDevFacts } from './sources/modelsdev.ts';

interface Expected {
  from: string;
  to: string;
  added: string[];
  removed: string[];
  kind_changed?: { id: string; old_mode: string; new_mode: string }[];
  standard_price_changed: object;
  other_price_fields_changed?: object;
  limits_changed: object;
  deprecation_date_changed?: object;
  status_changed?: object;
}

const folder = new URL('../../test/fixtures/registry/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected-diffs.json', folder), 'utf8')) as Record<
  'litellm' | 'modelsdev',
  Expected[]
>;

function snapshot(path: string): unknown {
  const name = path.replace(/^.*\//, '').replace('.subset.json', '.json.gz');
  return JSON.parse(gunzipSync(readFileSync(new URL(name, folder))).toString());
}

const NAMES: Record<string, string> = {
  cacheRead: 'cache_read',
  cacheWrite5m: 'cache_write_5m',
  cacheWrite1h: 'cache_write_1h',
};

type Change = { from: unknown; to: unknown };
type Field = 'price' | 'otherPrice' | 'limits' | 'retires' | 'status';

/** The diff in the words of the file of expectations. */
function inItsWords(diff: CatalogueDiff): Omit<Expected, 'from' | 'to'> {
  const oldNew = ({ from, to }: Change, show: (value: unknown) => unknown) => ({
    old: from === null ? null : show(from),
    new: to === null ? null : show(to),
  });
  const each = (changes: Record<string, Change>, show: (value: unknown) => unknown = (value) => value) =>
    Object.fromEntries(Object.entries(changes).map(([name, change]) => [NAMES[name] ?? name, oldNew(change, show)]));
  const of = <Name extends Field>(
    field: Name,
    show: (change: NonNullable<CatalogueDiff['changed'][number][Name]>) => unknown,
  ) =>
    Object.fromEntries(
      diff.changed.flatMap((one) => {
        const change = one[field];
        return change === undefined ? [] : [[one.id, show(change)]];
      }),
    );
  return {
    added: diff.added,
    removed: diff.removed,
    kind_changed: diff.changed.flatMap(({ id, kind }) =>
      kind === undefined ? [] : [{ id, old_mode: String(kind.from), new_mode: String(kind.to) }],
    ),
    standard_price_changed: of('price', (change) => each(change, String)),
    other_price_fields_changed: of('otherPrice', (names) => names),
    limits_changed: of('limits', (change) => each(change)),
    deprecation_date_changed: of('retires', (change) => oldNew(change, (value) => value)),
    status_changed: of('status', (change) => oldNew(change, (value) => value)),
  };
}

const LITELLM = new Set(['anthropic', 'cohere_chat', 'deepseek', 'gemini', 'groq', 'mistral', 'openai', 'xai']);
const MODELSDEV = new Set(['openai', 'anthropic', 'google', 'groq', 'mistral', 'cohere', 'deepseek', 'xai']);
const isChat = ({ provider, kind }: Facts) => LITELLM.has(provider) && (kind === 'chat' || kind === 'responses');

describe('the difference between two snapshots', () => {
  it.each(expected.litellm)('of LiteLLM, $from to $to, is what it should be', (pair) => {
    const { from, to, scope: _, models_before, models_after, ...rest } = pair as Expected & Record<string, unknown>;
    const [before, after] = [liteLlmFacts(snapshot(from)), liteLlmFacts(snapshot(to))];
    expect([...before.values()].filter(isChat)).toHaveLength(models_before as number);
    expect([...after.values()].filter(isChat)).toHaveLength(models_after as number);
    const { status_changed, ...found } = inItsWords(diffCatalogues(before, after, isChat));
    expect(status_changed).toEqual({});
    expect(found).toEqual(rest);
  });

  it.each(expected.modelsdev)('of models.dev, $from to $to, is what it should be', (pair) => {
    const { from, to, scope: _, models_before, models_after, ...rest } = pair as Expected & Record<string, unknown>;
    const isOurs = ({ provider }: Facts) => MODELSDEV.has(provider);
    const [before, after] = [modelsDevFacts(snapshot(from)), modelsDevFacts(snapshot(to))];
    expect([...before.values()].filter(isOurs)).toHaveLength(models_before as number);
    expect([...after.values()].filter(isOurs)).toHaveLength(models_after as number);
    const { added, removed, standard_price_changed, limits_changed, status_changed } = inItsWords(
      diffCatalogues(before, after, isOurs),
    );
    expect({ added, removed, standard_price_changed, limits_changed, status_changed }).toEqual(rest);
  });

  it('is none between a list and itself', () => {
    const facts = liteLlmFacts(snapshot('model_prices.2026-08-01.subset.json'));
    expect(diffCatalogues(facts, facts)).toEqual({ added: [], removed: [], changed: [] });
  });
});
