import type { Registry } from '../models/registry.ts';
import { anyDemoModel, DEMO_PROVIDER } from '../providers/demo.ts';
import type { Providers } from '../providers/index.ts';
import { type Aliases, whyFollowed } from '../routing/aliases.ts';
import { decide } from '../routing/policy.ts';
import type { Candidate, Decision } from '../routing/route.ts';
import { readWish } from '../routing/wish.ts';
import { chooseCandidate, type Exchange, need } from './exchange.ts';
import type { Step } from './step.ts';

export interface RouteOptions {
  registry: Registry;
  aliases: Aliases;
  providers: Providers;
}

/** Chooses the target. It reads the request and never changes it. */
export function route(options: RouteOptions): Step {
  return {
    name: 'route',
    request(exchange) {
      const decision = decideFor(exchange, options);
      exchange.decision = decision;
      chooseCandidate(exchange, 0);
      return undefined;
    },
  };
}

/** The decision for an exchange that is classified; calls nobody. */
export function decideFor(exchange: Exchange, { aliases, registry, providers }: RouteOptions): Decision {
  const followed = aliases.follow(need(exchange.request).model, exchange.client?.id);
  const wish = readWish(followed.target, registry, providers.ids);
  const isDemo = wish.kind === 'unknown' && wish.provider === DEMO_PROVIDER.id;
  const decision = decide({
    wish: isDemo ? { kind: 'model', models: [anyDemoModel(wish.name)] } : wish,
    features: need(exchange.features),
    classification: need(exchange.classification),
    models: providers.usableModels(),
    health: providers.health.snapshot(exchange.startedAtMs),
    nowMs: exchange.startedAtMs,
  });
  const why = whyFollowed(followed) + decision.why;
  return { ...decision, why, ...(wish.kind === 'model' && { ranked: asAsked(decision.ranked, followed.target) }) };
}

/** A dated snapshot or another alias goes to the provider by the name that the client gave. */
function asAsked(ranked: Candidate[], asked: string): Candidate[] {
  return ranked.map((candidate) => {
    const name = asked.replace(/^models\//, '').replace(`${candidate.provider}/`, '');
    return candidate.model?.aliases?.includes(name) ? { ...candidate, name } : candidate;
  });
}
