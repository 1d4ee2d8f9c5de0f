import type { ModelInfo } from '../../../contract/index.ts';

export const capabilities = ['tools', 'vision', 'reasoning', 'structuredOutput', 'promptCaching', 'audio'] as const;
export const orders = ['name', 'cheapest', 'best', 'window'] as const;

/** Context windows to choose from, in tokens. */
export const windows = [32_000, 128_000, 200_000, 400_000, 1_000_000] as const;

/** The models that an address asks for, in its order. */
export function filterModels(models: readonly ModelInfo[], parameters: URLSearchParams): ModelInfo[] {
  const words = (parameters.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const provider = parameters.get('provider');
  const can = capabilities.find((one) => one === parameters.get('can'));
  const mostUsd = numberOf(parameters.get('price'));
  const leastTokens = numberOf(parameters.get('window'));
  const found = models.filter(
    (model) =>
      words.every((word) => `${model.id} ${model.title} ${model.aliases.join(' ')}`.toLowerCase().includes(word)) &&
      (provider === null || model.provider === provider) &&
      (can === undefined || isAble(model, can)) &&
      (mostUsd === undefined || (model.price !== null && model.price.input <= mostUsd)) &&
      (leastTokens === undefined || model.contextTokens >= leastTokens) &&
      (!parameters.has('available') || model.available) &&
      (!parameters.has('retiring') || model.retires !== null || model.status === 'deprecated'),
  );
  const order = orders.find((one) => one === parameters.get('order')) ?? 'name';
  return found.sort((one, other) => rankings[order](one, other) || one.id.localeCompare(other.id));
}

/** What is no number narrows nothing. */
export function numberOf(text: string | null): number | undefined {
  const value = Number(text ?? Number.NaN);
  return value >= 0 ? value : undefined;
}

function isAble(model: ModelInfo, can: (typeof capabilities)[number]): boolean {
  if (can === 'vision') return model.input.includes('image');
  if (can === 'audio') return model.input.includes('audio');
  return model.capabilities[can];
}

/** Input and output in the proportion in which chats use them. */
const blend = ({ price }: ModelInfo) => (price === null ? Number.POSITIVE_INFINITY : price.input * 3 + price.output);

const rankings: Record<(typeof orders)[number], (one: ModelInfo, other: ModelInfo) => number> = {
  name: () => 0,
  cheapest: (one, other) => (blend(one) === blend(other) ? 0 : blend(one) - blend(other)),
  best: (one, other) => (other.rating ?? 0) - (one.rating ?? 0),
  window: (one, other) => other.contextTokens - one.contextTokens,
};
