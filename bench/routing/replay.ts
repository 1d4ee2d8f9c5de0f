import { dialects } from '../../gateway/dialects/index.ts';
import { costOf } from '../../gateway/models/cost.ts';
import { priceAt } from '../../gateway/models/price.ts';
import { createRegistry } from '../../gateway/models/registry.ts';
import type { Model } from '../../gateway/models/schema.ts';
import { classify } from '../../gateway/routing/classifier.ts';
import { cachesUnmarked, createConversations } from '../../gateway/routing/conversations.ts';
import { readFeatures } from '../../gateway/routing/features.ts';
import { type Inputs, type Models, plan } from '../../gateway/routing/plan.ts';
import { DEFAULT_POLICY } from '../../gateway/routing/policies.ts';
import type { Complexity } from '../../gateway/routing/route.ts';
import { harder, turnOf } from '../../gateway/routing/stay.ts';
import { readThread } from '../../gateway/routing/thread.ts';
import { createConversation } from './conversation.ts';
import { createStrictProviders } from './provider.ts';
import type { Session } from './sessions.ts';

/** What a session came to. */
export interface Run {
  costNano: number;
  inputTokens: number;
  cacheReadTokens: number;
  requests: number;
  /** Requests that went to another model than the one before. */
  moves: number;
  /** Requests that the provider refused. */
  refusals: string[];
  /** The hardest turn of the user that could be read. */
  hardest: Complexity;
  models: string[];
}

interface Options {
  models: readonly Model[];
  startMs: number;
  /** Always this model; absent: as routing decides. */
  fixed?: Model;
  policy?: Inputs['policy'];
}

/** Plays a session against strict providers, request by request, as the gateway would decide it. */
export function replay(session: Session, { models, startMs, fixed, policy = DEFAULT_POLICY }: Options): Run {
  const conversation = createConversation(session);
  const providers = createStrictProviders();
  const memory = createConversations();
  const known = modelsOf(models);
  const run: Run = {
    costNano: 0,
    inputTokens: 0,
    cacheReadTokens: 0,
    requests: 0,
    moves: 0,
    refusals: [],
    hardest: 'simple',
    models: [],
  };
  let nowMs = startMs;
  for (const step of session.steps) {
    nowMs += step.pauseMs;
    const request = dialects[session.dialect].readRequest(conversation.ask(step));
    const features = readFeatures(request);
    const classification = classify(features);
    const thread = readThread(request, { headers: {}, clientId: 'bench' });
    const before = memory.before(thread, nowMs);
    const turn = turnOf({ classification, policy, conversation: before });
    if (!classification.abstained && step.ask !== undefined) run.hardest = harder(run.hardest, turn);
    const decision = plan({
      requested: 'auto',
      clientId: 'bench',
      tool: undefined,
      followed: { target: 'auto', path: [] },
      features,
      classification,
      models: known,
      health: NOBODY_MEASURED,
      policy,
      policyVersion: 0,
      corrections: undefined,
      conversation: before,
      boundary: thread.boundary,
      budget: undefined,
      nowMs,
    });
    const model = fixed ?? decision.ranked[0]?.model;
    if (model == null) throw new Error('Nobody was chosen.');
    if (run.models.at(-1) !== model.id) {
      if (run.models.length > 0) run.moves += 1;
      run.models.push(model.id);
    }
    run.requests += 1;
    const thought = thinks(model) ? THINKING : 0;
    const outputTokens = step.answer.outputTokens + thought;
    try {
      const usage = providers.answer(model, request, { inputTokens: features.inputTokens, outputTokens, nowMs });
      const costNano = costOf(usage, priceAt(model, nowMs), { source: 'bench' }).totalNano ?? 0;
      run.costNano += costNano;
      run.inputTokens += usage.input;
      run.cacheReadTokens += usage.cacheRead ?? 0;
      memory.ended(thread, {
        model: model.id,
        complexity: turn,
        unsure: classification.abstained,
        usage,
        costNano,
        caches: cachesUnmarked(model),
        nowMs,
      });
    } catch (refusal) {
      run.refusals.push(refusal instanceof Error ? refusal.message : 'refused');
    }
    conversation.answer(step, model.provider === 'anthropic' ? model.id : undefined);
  }
  return run;
}

/** Tokens that a model which thinks first adds to a step. */
const THINKING = 300;

function thinks({ capabilities, quality }: Model): boolean {
  return capabilities.reasoning && !['none', 'minimal'].includes(quality[0]?.variant ?? '');
}

const NOBODY_MEASURED = new Map();

/** The model that plain `auto` takes for a new conversation of the session, were its first turn of that complexity. */
export function fixedFor(session: Session, complexity: Complexity, { models, startMs }: Options): Model {
  const [first] = session.steps;
  if (first === undefined) throw new Error('A session without steps.');
  const request = dialects[session.dialect].readRequest(createConversation(session).ask(first));
  const decision = plan({
    requested: 'auto',
    clientId: undefined,
    tool: undefined,
    followed: { target: 'auto', path: [] },
    features: readFeatures(request),
    classification: { score: 0.5, complexity, abstained: false, reasons: [] },
    models: modelsOf(models),
    health: NOBODY_MEASURED,
    policy: DEFAULT_POLICY,
    policyVersion: 0,
    corrections: undefined,
    conversation: undefined,
    boundary: 'fresh',
    budget: undefined,
    nowMs: startMs,
  });
  const model = decision.ranked[0]?.model;
  if (model == null) throw new Error('Nobody was chosen.');
  return model;
}

const kept = new WeakMap<readonly Model[], Models>();

function modelsOf(models: readonly Model[]): Models {
  let made = kept.get(models);
  if (made === undefined) {
    const ids = new Set(models.map(({ provider }) => provider));
    made = { usable: models, lookup: createRegistry([...models], ''), providers: { known: ids, usable: ids } };
    kept.set(models, made);
  }
  return made;
}
