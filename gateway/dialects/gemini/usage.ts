import type { JsonObject, Usage } from '../../chat.ts';
import { isObject } from './fields.ts';
import { generationOf } from './wire.ts';

/** Counts of tokens in the hub's `Usage`. */
type Kind =
  | 'input'
  | 'output'
  | 'cacheRead'
  | 'reasoning'
  | 'inputAudio'
  | 'inputImage'
  | 'outputAudio'
  | 'outputImage';

/**
 * The one mapping of usage. `sum` adds up members of `usageMetadata`; `details` adds up the tokens of one modality. Gemini counts
 * cached parts inside `promptTokenCount`, but thoughts beside `candidatesTokenCount`, and what hosted tools put into the prompt beside
 * `promptTokenCount` (`totalTokenCount` is the sum of the four): https://ai.google.dev/api/generate-content#UsageMetadata (2026-08).
 */
const MAPPING: Record<Kind, { sum: readonly string[] } | { modality: string; details: readonly string[] }> = {
  input: { sum: ['promptTokenCount', 'toolUsePromptTokenCount'] },
  output: { sum: ['candidatesTokenCount', 'thoughtsTokenCount'] },
  cacheRead: { sum: ['cachedContentTokenCount'] },
  reasoning: { sum: ['thoughtsTokenCount'] },
  inputAudio: { modality: 'AUDIO', details: ['promptTokensDetails', 'toolUsePromptTokensDetails'] },
  inputImage: { modality: 'IMAGE', details: ['promptTokensDetails', 'toolUsePromptTokensDetails'] },
  outputAudio: { modality: 'AUDIO', details: ['candidatesTokensDetails'] },
  outputImage: { modality: 'IMAGE', details: ['candidatesTokensDetails'] },
};

const KINDS = Object.keys(MAPPING) as Kind[];

/** `serviceTier` (Gemini API) and `trafficType` (Vertex) in the house's words. */
const TIERS: Record<string, string> = {
  standard: 'default',
  flex: 'flex',
  priority: 'priority',
  batch: 'batch',
  ON_DEMAND: 'default',
  ON_DEMAND_FLEX: 'flex',
  ON_DEMAND_PRIORITY: 'priority',
  ON_DEMAND_OFFPEAK: 'offpeak',
  PROVISIONED_THROUGHPUT: 'provisioned',
};

/** Undefined while the provider has counted nothing yet: Vertex's first chunks carry only `trafficType`. */
export function readUsage(metadata: unknown): Usage | undefined {
  if (!isObject(metadata)) return undefined;
  const usage: Usage = { input: 0, output: 0 };
  let counted = false;
  for (const kind of KINDS) {
    const rule = MAPPING[kind];
    const count = 'sum' in rule ? sumOf(metadata, rule.sum) : modalityOf(metadata, rule.modality, rule.details);
    if (count === undefined) continue;
    usage[kind] = count;
    counted = true;
  }
  const tier = metadata.serviceTier ?? metadata.trafficType;
  if (typeof tier === 'string') usage.serviceTier = TIERS[tier] ?? tier.toLowerCase();
  return counted ? usage : undefined;
}

/**
 * Searches that Google bills: each query from Gemini 3 on (empty ones are free), one a grounded prompt before
 * (https://ai.google.dev/gemini-api/docs/pricing, read 2026-08). 0 where nothing was searched.
 */
export function countSearches(grounding: unknown, model: string): number {
  const queries = isObject(grounding) ? grounding.webSearchQueries : undefined;
  if (!Array.isArray(queries)) return 0;
  const count = queries.filter((query) => query !== '').length;
  return generationOf(model) >= 3 ? count : Math.min(count, 1);
}

export function writeUsage(usage: Usage): JsonObject {
  const reasoning = usage.reasoning ?? 0;
  const metadata: JsonObject = {
    promptTokenCount: usage.input,
    candidatesTokenCount: Math.max(0, usage.output - reasoning),
    totalTokenCount: usage.input + usage.output,
  };
  if (usage.cacheRead !== undefined) metadata.cachedContentTokenCount = usage.cacheRead;
  if (usage.reasoning !== undefined) metadata.thoughtsTokenCount = reasoning;
  const prompt = writeDetails(usage.input, usage.inputAudio, usage.inputImage);
  const answer = writeDetails(usage.output - reasoning, usage.outputAudio, usage.outputImage);
  if (prompt !== undefined) metadata.promptTokensDetails = prompt;
  if (answer !== undefined) metadata.candidatesTokensDetails = answer;
  return metadata;
}

function sumOf(metadata: JsonObject, names: readonly string[]): number | undefined {
  let sum: number | undefined;
  for (const name of names) {
    const value = metadata[name];
    if (typeof value === 'number') sum = (sum ?? 0) + value;
  }
  return sum;
}

function modalityOf(metadata: JsonObject, modality: string, names: readonly string[]): number | undefined {
  let sum: number | undefined;
  for (const name of names) {
    const rows = metadata[name];
    if (!Array.isArray(rows)) continue;
    for (const row of rows) {
      if (isObject(row) && row.modality === modality && typeof row.tokenCount === 'number')
        sum = (sum ?? 0) + row.tokenCount;
    }
  }
  return sum;
}

function writeDetails(total: number, audio: number | undefined, image: number | undefined): JsonObject[] | undefined {
  if (audio === undefined && image === undefined) return undefined;
  const rows = [{ modality: 'TEXT', tokenCount: Math.max(0, total - (audio ?? 0) - (image ?? 0)) }];
  if (audio !== undefined) rows.push({ modality: 'AUDIO', tokenCount: audio });
  if (image !== undefined) rows.push({ modality: 'IMAGE', tokenCount: image });
  return rows;
}
