import type { TargetModel } from '../dialects/dialect.ts';
import type { Provider } from '../providers/catalog.ts';
import type { Candidate } from '../routing/route.ts';

/** What a writer needs to know of the model that was chosen. */
export function targetOf({ name, model }: Candidate, provider: Provider): TargetModel {
  if (model === null) return { name, quirks: provider.quirks };
  return {
    name,
    maxOutputTokens: model.maxOutputTokens,
    sampling: model.capabilities.sampling,
    reasons: model.capabilities.reasoning,
    ...(model.capabilities.reasoning ? { reasoningEfforts: model.reasoningEfforts ?? [] } : { reasoningEfforts: [] }),
    quirks: provider.quirks,
  };
}
