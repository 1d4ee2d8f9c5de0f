import type { ModelDetail, ModelInfo } from '../../contract/index.ts';
import { GatewayError } from '../errors.ts';
import type { Catalogue } from '../models/catalogue.ts';
import type { Listed } from '../models/layers.ts';
import { expectedCostNano, priceAt } from '../models/price.ts';
import type { Model, Price } from '../models/schema.ts';
import type { Providers } from '../providers/index.ts';
import type { Base } from './base.ts';

interface ModelParts {
  catalogue: Catalogue;
  providers: Pick<Providers, 'ids'>;
}

export function modelCalls({ models }: Base, { catalogue, providers }: ModelParts) {
  const detail = (listed: Listed) => showDetail(listed, catalogue, providers.ids.usable);
  const find = (id: string): Listed => {
    const listed = catalogue.one(id);
    if (listed === undefined)
      throw new GatewayError('not_found', `There is no model ${id.slice(0, 80)}.`, { field: 'id' });
    return listed;
  };
  return {
    list: models.list.handler(() => {
      const usable = providers.ids.usable;
      return { models: catalogue.listed().map((listed) => showModel(listed, Date.now(), usable)) };
    }),
    one: models.one.handler(({ input }) => detail(find(input.id))),
    add: models.add.handler(({ input }) => detail(catalogue.add(input))),
    edit: models.edit.handler(({ input }) => detail(catalogue.edit(input))),
    reset: models.reset.handler(({ input }) => {
      const { id } = find(input.id).model;
      const left = catalogue.reset(id);
      return { id, model: left === undefined ? null : detail(left) };
    }),
    priceHistory: models.priceHistory.handler(({ input: { id } }) => {
      const entries = catalogue.prices(id);
      if (entries.length === 0) find(id);
      return { model: catalogue.one(id)?.model.id ?? id, entries };
    }),
    compare: models.compare.handler(({ input: { ids, ...tokens } }) => ({
      models: ids.map(find).map((listed) => {
        const costNano = expectedCostNano(listed.model, tokens, Date.now());
        return { ...detail(listed), costNano, costUsd: costNano === null ? null : costNano / 1e9 };
      }),
    })),
  };
}

/** `atMs` decides which of a model's prices holds. */
function showModel({ model, hidden, origins }: Listed, atMs: number, usableProviders: ReadonlySet<string>): ModelInfo {
  const price = priceAt(model, atMs);
  const { tools, structuredOutput, reasoning, promptCaching } = model.capabilities;
  return {
    id: model.id,
    provider: model.provider,
    name: model.name,
    title: model.title,
    aliases: model.aliases ?? [],
    contextTokens: model.contextTokens,
    maxInputTokens: model.maxInputTokens ?? null,
    maxOutputTokens: model.maxOutputTokens,
    input: model.input,
    output: model.output,
    capabilities: { tools, structuredOutput, reasoning, promptCaching },
    reasoningEfforts: model.reasoningEfforts ?? [],
    price: price === null ? null : showPrice(price),
    priceSource: model.priceSource ?? null,
    rating: model.quality[0]?.rating ?? null,
    released: model.released ?? null,
    retires: model.retires ?? null,
    status: model.status ?? null,
    available: usableProviders.has(model.provider),
    hidden,
    origins,
  };
}

function showDetail(listed: Listed, catalogue: Catalogue, usableProviders: ReadonlySet<string>): ModelDetail {
  const { model, beneath, edit } = listed;
  return {
    ...showModel(listed, Date.now(), usableProviders),
    prices: model.prices,
    quality: model.quality,
    disagreements: catalogue.disagreements().filter((one) => one.model === model.id),
    edit,
    added: beneath === null,
    listed: { price: listPrice(beneath), rating: beneath?.quality[0]?.rating ?? null },
  };
}

function listPrice(beneath: Model | null): Price | null {
  return beneath === null ? null : priceAt(beneath, Date.now());
}

function showPrice(price: Price): ModelInfo['price'] {
  return {
    input: price.input,
    output: price.output,
    cacheRead: price.cacheRead ?? null,
    cacheWrite5m: price.cacheWrite5m ?? null,
    cacheWrite1h: price.cacheWrite1h ?? null,
  };
}
