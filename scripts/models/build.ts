/**
 * Makes `models.json`: `npm run build:models -- --from DIR [--day YYYY-MM-DD] [--to FILE]`. DIR holds the snapshots of the
 * sources (paths below). The same snapshots and day give the same bytes.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Disagreement, type Model, type ModelFile, modelFileSchema } from '../../gateway/models/schema.ts';
import { readLiteLlm, readLiteLlmEmbeddings } from '../../gateway/models/sources/litellm.ts';
import { readModelsDev } from '../../gateway/models/sources/modelsdev.ts';
import { compact, type Source, type SourceModel } from '../../gateway/models/sources/source.ts';
import { CATALOGUE, type Listing, openRouterId, qualityKey } from './catalogue.ts';
import { readGenaiPrices } from './genaiprices.ts';
import { readLocal } from './local.ts';
import { readOpenRouter } from './openrouter.ts';
import { decidePrices, listedPrices, READ } from './prices.ts';
import { type Ratings, readQuality, readSpeed } from './quality.ts';

const FILES = {
  litellm: `litellm/model_prices.${READ.litellm}.subset.json`,
  modelsdev: `modelsdev/api.${READ.modelsdev}.subset.json`,
  genai: `genai-prices/data.${READ.genai}.subset.json`,
  openrouter: `openrouter/models.${READ.openrouter}.subset.json`,
  quality: 'quality.json',
  local: 'local-models.json',
};

const SOURCES: ModelFile['sources'] = [
  { name: 'LiteLLM', date: READ.litellm, licence: 'MIT', path: 'BerriAI/litellm model_prices_and_context_window.json' },
  { name: 'models.dev', date: READ.modelsdev, licence: 'MIT', path: 'anomalyco/models.dev providers/**/*.toml' },
  {
    name: 'genai-prices',
    date: READ.genai,
    licence: 'MIT',
    path: 'pydantic/genai-prices prices/new_data/v2/data.json',
  },
  { name: 'OpenRouter', date: READ.openrouter, licence: 'public listing', path: 'openrouter.ai/api/v1/models' },
];

const EFFORTS = ['none', 'default', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const MODALITIES = ['text', 'image', 'audio', 'video', 'document'] as const;

/** What is least of the tokens that an answer may have, for models that give none. */
const NO_ANSWER = 1;

interface Snapshots {
  litellm: Source;
  modelsdev: Source;
  openrouter: Source;
  genai: ReturnType<typeof readGenaiPrices>;
  ratings: Ratings;
  speed: (key: string) => number | undefined;
  local: Source;
}

function readSnapshots(folder: string): Snapshots {
  const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
  const quality = read(FILES.quality);
  return {
    litellm: new Map([...readLiteLlmEmbeddings(read(FILES.litellm)), ...readLiteLlm(read(FILES.litellm))]),
    modelsdev: readModelsDev(read(FILES.modelsdev)),
    openrouter: readOpenRouter(read(FILES.openrouter)),
    genai: readGenaiPrices(read(FILES.genai)),
    ratings: readQuality(quality, READ.openrouter),
    speed: readSpeed(quality),
    local: readLocal(read(FILES.local)),
  };
}

/** The same model under a dated name or `-latest`, where LiteLLM gives it the same price. */
function snapshotAliases(id: string, litellm: Source): string[] {
  const own = litellm.get(id)?.price;
  return [...litellm].flatMap(([other, { price }]) => {
    const rest = other.startsWith(`${id}-`) ? other.slice(id.length) : '';
    if (!/^-(\d{8}|\d{4}-\d\d-\d\d|latest)$/.test(rest)) return [];
    return price?.input === own?.input && price?.output === own?.output ? [other.slice(other.indexOf('/') + 1)] : [];
  });
}

function words<T extends string>(order: readonly T[], found: string[] | undefined): T[] {
  return order.filter((word) => found?.includes(word));
}

/** First source that says it. Limits and capabilities: models.dev is kept by hand, model by model, so it goes first. */
function first<K extends keyof SourceModel>(key: K, readings: (SourceModel | undefined)[]): SourceModel[K] | undefined {
  return readings.find((reading) => reading?.[key] !== undefined)?.[key];
}

function limitsOf(
  id: string,
  facts: (SourceModel | undefined)[],
): Pick<Model, 'contextTokens' | 'maxInputTokens' | 'maxOutputTokens'> {
  const contextTokens = first('contextTokens', facts);
  if (contextTokens === undefined) throw new Error(`${id}: no source knows its context window`);
  const maxInputTokens = first('maxInputTokens', facts);
  const maxOutputTokens = Math.min(first('maxOutputTokens', facts) ?? contextTokens, contextTokens);
  return compact({
    contextTokens,
    maxInputTokens: maxInputTokens === contextTokens ? undefined : maxInputTokens,
    maxOutputTokens,
  });
}

function effortsOf(readings: (SourceModel | undefined)[], reasons: boolean): string[] | undefined {
  if (!reasons) return [];
  const found = words(EFFORTS, first('efforts', readings));
  return found.length === 0 ? undefined : found;
}

function qualityOf(
  listing: Listing,
  facts: (SourceModel | undefined)[],
  snapshots: Snapshots,
): Pick<Model, 'quality' | 'tokensPerSecond'> {
  const key = qualityKey(listing);
  if (key === null) return { quality: [] };
  const effort = listing.standsAt ?? listing.effort ?? first('defaultEffort', facts);
  const quality = snapshots.ratings(key, {
    effort,
    index: first('intelligence', facts),
    efforts: first('efforts', facts) ?? [],
  });
  // Groq's chips and a person's own machine run at speeds of their own.
  const speed = listing.provider === 'groq' || listing.provider === 'ollama' ? undefined : snapshots.speed(key);
  const stood =
    listing.standsAt === undefined
      ? quality
      : quality
          .slice(0, 1)
          .map((own) => ({ ...own, variant: 'default', basis: `${own.basis} (${key} at ${listing.standsAt})` }));
  return compact({ quality: stood, tokensPerSecond: speed });
}

/** models.dev gives some models the date of their family; a listing that began half a year later is then nearer. */
function releasedOn(stated: string | undefined, listed: string | undefined): string | undefined {
  if (stated === undefined || listed === undefined) return stated ?? listed;
  return Date.parse(listed) - Date.parse(stated) > 180 * 86_400_000 ? listed : stated;
}

function isStatus(word: string | undefined): word is NonNullable<Model['status']> {
  return word === 'alpha' || word === 'beta' || word === 'deprecated';
}

function buildModel(listing: Listing, snapshots: Snapshots): { model: Model; disagreements: Disagreement[] } {
  const id = `${listing.provider}/${listing.name}`;
  const listed = snapshots.openrouter.get(openRouterId(listing) ?? '');
  const litellm = snapshots.litellm.get(id);
  const modelsdev = snapshots.modelsdev.get(id);
  const genai = snapshots.genai(listing.provider, listing.name);
  const local = snapshots.local.get(id);
  const own = listing.provider === 'openrouter';
  const facts = own ? [listed, modelsdev] : [modelsdev, litellm, local, listed];
  const free: ReturnType<typeof decidePrices> = {
    prices: [{ input: 0, output: 0 }],
    priceSource: 'free: runs on your own machine',
    disagreements: [],
  };
  const decided = own
    ? listedPrices(listed)
    : local !== undefined
      ? free
      : decidePrices(id, { litellm, modelsdev, genai, openrouter: listed });
  const reasons = first('reasoning', facts) ?? false;
  const status = listing.superseded === true ? 'deprecated' : modelsdev?.status;
  const aliases = [...new Set([...(listing.aliases ?? []), ...snapshotAliases(id, snapshots.litellm)])]
    .filter((name) => name !== listing.name)
    .sort();
  const model = compact<Model>({
    id,
    provider: listing.provider,
    name: listing.name,
    title: (first('title', facts) ?? listing.name).replace(/ \(latest\)$/, ''),
    aliases: aliases.length === 0 ? undefined : aliases,
    ...limitsOf(id, facts),
    ...(listing.embeds === true ? { maxOutputTokens: NO_ANSWER } : {}),
    input: words(MODALITIES, first('input', facts)),
    output: listing.embeds === true ? ['embedding'] : words(MODALITIES, first('output', facts) ?? ['text']),
    capabilities: {
      tools: first('tools', facts) ?? false,
      structuredOutput: facts.some((reading) => reading?.structuredOutput === true),
      reasoning: reasons,
      promptCaching: decided.prices.some((price) => price.cacheRead !== undefined),
      sampling: modelsdev?.sampling !== false && litellm?.sampling !== false && first('sampling', facts) !== false,
    },
    reasoningEfforts: effortsOf(facts, reasons),
    api: !own && litellm?.api === 'responses' ? 'responses' : undefined,
    prices: decided.prices,
    ...qualityOf(listing, facts.includes(listed) ? facts : [...facts, listed], snapshots),
    released: releasedOn(modelsdev?.released, listed?.released),
    knowledge: first('knowledge', facts),
    retires: litellm?.retires ?? (own ? listed?.retires : undefined),
    status: isStatus(status) ? status : undefined,
    priceSource: decided.priceSource,
  });
  return { model, disagreements: decided.disagreements };
}

/** The whole file as data, checked against its schema; models that retired before `day` are left out. */
function buildFile(folder: string, day: string): ModelFile {
  const snapshots = readSnapshots(folder);
  const built = CATALOGUE.map((listing) => buildModel(listing, snapshots)).filter(
    ({ model }) => (model.retires ?? '9999') >= day,
  );
  return modelFileSchema.parse({
    version: 1,
    made: day,
    sources: SOURCES,
    disagreements: built.flatMap(({ disagreements }) => disagreements),
    models: built.map(({ model }) => model),
  });
}

/** One line a field of a model, so that a change of price is a change of one line. */
function print(file: ModelFile): string {
  const lines = (items: unknown[]) => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
  const models = file.models.map(
    (model) =>
      `    {\n${Object.entries(model)
        .map(([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
        .join(',\n')}\n    }`,
  );
  return [
    '{',
    `  "version": ${file.version},`,
    `  "made": ${JSON.stringify(file.made)},`,
    `  "sources": [\n${lines(file.sources)}\n  ],`,
    `  "disagreements": [\n${lines(file.disagreements ?? [])}\n  ],`,
    `  "models": [\n${models.join(',\n')}\n  ]`,
    '}\n',
  ].join('\n');
}

const { values } = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string' }, day: { type: 'string' } },
});
if (values.from === undefined) {
  process.stderr.write('Say where the snapshots are: npm run build:models -- --from DIR\n');
  process.exit(2);
}
const file = buildFile(values.from, values.day ?? new Date().toISOString().slice(0, 10));
writeFileSync(values.to ?? join(import.meta.dirname, '../../models.json'), print(file));
process.stdout.write(`${file.models.length} models, ${file.disagreements?.length ?? 0} disagreements\n`);
