import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { area, complexity, forMembers, idInput, milliseconds } from './common.ts';

const preference = z.enum(['economy', 'balanced', 'quality']);

/** Quality from 1 (weakest) to 5 (frontier). */
const rating = z.number().min(1).max(5);

/** A name in which `*` stands for anything, in any case: `claude-*`, `deepseek/*`. */
const pattern = z.string().trim().min(1).max(200);
const patterns = z.array(pattern).max(100);

/** The quality from which a model is good enough, for each complexity. */
const adequate = (simple: number, medium: number, complex: number) =>
  z
    .object({ simple: rating.default(simple), medium: rating.default(medium), complex: rating.default(complex) })
    .prefault({});

/** What decides where a request goes before anything is weighed. The first rule that holds and names models wins; all that hold forbid. */
const rule = z.object({
  id: z.string().min(1).max(100),
  /** For people: it is named in the reason of each decision that it made. */
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean().default(true),
  /** All that is said must hold; an empty list says nothing. */
  when: z
    .object({
      /** Names of models as clients ask for them. No model at all is `auto`. */
      models: patterns.default([]),
      /** Ids of gateway keys. */
      clients: z.array(z.string().min(1).max(200)).max(100).default([]),
      /** Tools by id, as `tools` lists them. */
      tools: z.array(z.string().min(1).max(50)).max(20).default([]),
      /** Holds for prompts of more estimated tokens than this. */
      overTokens: z.int().min(0).nullable().default(null),
      complexities: z.array(complexity).max(3).default([]),
    })
    .prefault({}),
  /** Names of models, or `auto` and its kinds: the first that can be called is the choice, the others are its fallbacks, in order. */
  use: z.array(z.string().trim().min(1).max(200)).max(10).default([]),
  /** Models (`provider/name`) and providers that may not be called, not even as a fallback. */
  never: patterns.default([]),
});

const modelName = z.string().trim().min(1).max(200);

/** A sample of what cheap models answered is asked of a strong one as well, and a judge says which answer is better. */
const shadow = z
  .object({
    enabled: z.boolean().default(false),
    /** Share of the answers that is checked. */
    share: z.number().min(0).max(1).default(0.02),
    /** Names of models. */
    strong: modelName.nullable().default(null),
    judge: modelName.nullable().default(null),
    /** What it may cost in a UTC day. No check begins once it is spent. */
    dayUsd: z.number().min(0).max(1_000).default(0.5),
  })
  .refine(
    ({ enabled, strong, judge }) => !enabled || (strong !== null && judge !== null),
    'A shadow check needs a strong model and a judge',
  );

/** Everything that the owner can say about routing. Parsing `{}` gives the defaults. */
export const routingPolicySchema = z.object({
  /** What plain `auto` means. */
  preference: preference.default('balanced'),
  /** The quality from which a model is good enough. An unrated model counts as 1. */
  adequate: z
    .object({
      economy: adequate(1.5, 2.3, 3.3),
      balanced: adequate(2, 3, 4),
      quality: adequate(3, 4, 4.6),
    })
    .prefault({}),
  /** Scores from which a request is medium and complex. Null: as the classifier says. */
  thresholds: z
    .object({ medium: z.number().min(0).max(1), complex: z.number().min(0).max(1) })
    .refine(({ medium, complex }) => medium <= complex, 'The threshold of medium may not lie above that of complex')
    .nullable()
    .default(null),
  /** Models that `auto` may take (`provider/name`). Empty: any. */
  allowed: z
    .object({ simple: patterns.default([]), medium: patterns.default([]), complex: patterns.default([]) })
    .prefault({}),
  /** How hard a conversation holds on to its model. */
  stay: z
    .object({
      enabled: z.boolean().default(true),
      /** A move must be expected to gain this many times what its lost prompt cache costs. */
      gain: z.number().min(1).max(50).default(12),
      /** How far beyond a threshold the score of a later turn must lie for the conversation to need a better model. */
      margin: z.number().min(0).max(1).default(0.25),
    })
    .prefault({}),
  rules: z
    .array(rule)
    .max(100)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'Two rules have the same id')
    .default([]),
  /** What becomes of the names that tools are built to ask for, by tool id: obeyed (`keep`, also where none is said), or routed. */
  tools: z.record(z.string().min(1).max(50), z.enum(['keep', 'auto'])).default({}),
  /** Whether what was learned from use counts. */
  learning: z.boolean().default(true),
  shadow: shadow.prefault({}),
});

/** What is to change of a policy; absent fields stay as they are. Lists are replaced whole. */
const policyPatch = z.strictObject({
  preference: preference.optional(),
  adequate: z
    .strictObject({
      economy: z.strictObject({ simple: rating, medium: rating, complex: rating }).partial(),
      balanced: z.strictObject({ simple: rating, medium: rating, complex: rating }).partial(),
      quality: z.strictObject({ simple: rating, medium: rating, complex: rating }).partial(),
    })
    .partial()
    .optional(),
  thresholds: routingPolicySchema.shape.thresholds.unwrap().optional(),
  allowed: z.strictObject({ simple: patterns, medium: patterns, complex: patterns }).partial().optional(),
  stay: z
    .strictObject({ enabled: z.boolean(), gain: z.number().min(1).max(50), margin: z.number().min(0).max(1) })
    .partial()
    .optional(),
  rules: routingPolicySchema.shape.rules.unwrap().optional(),
  tools: routingPolicySchema.shape.tools.unwrap().optional(),
  learning: z.boolean().optional(),
  shadow: z
    .strictObject({
      enabled: z.boolean(),
      share: z.number().min(0).max(1),
      strong: modelName.nullable(),
      judge: modelName.nullable(),
      dayUsd: z.number().min(0).max(1_000),
    })
    .partial()
    .optional(),
});

const note = z.string().trim().max(200);

const policyVersion = z.object({
  /** Counts from 0: the defaults. */
  version: z.int().min(0),
  policy: routingPolicySchema,
  madeAtMs: milliseconds,
  /** What was changed, in the owner's words. */
  note: z.string(),
});

const usd = z.number().nullable();

const candidate = z.object({
  /** `provider/model` */
  id: z.string(),
  provider: z.string(),
  model: z.string(),
  estimatedCostUsd: usd,
  /** Quality from 1 to 5, with what was learned from use. Null: unknown model. */
  rating: z.number().nullable(),
  /** Expected time to the last token. */
  expectedMs: milliseconds.nullable(),
  /** `chosen`, `fallback, …`, or why it lost. */
  verdict: z.string(),
});

/** A decision in full. */
const explanation = z.object({
  complexity,
  /** 0..1 */
  score: z.number(),
  /** The request is unlike what the classifier knows. */
  abstained: z.boolean(),
  features: z.record(z.string(), z.unknown()),
  /** The choice: the provider's own name of the model. */
  model: z.string(),
  provider: z.string(),
  /** In one sentence, why. */
  why: z.string(),
  /** Signals that moved the score, strongest first. Empty for a request of the past. */
  reasons: z.array(z.object({ signal: z.string(), weight: z.number() })),
  /** The choice first, then the fallbacks in their order, then those that lost. */
  candidates: z.array(candidate),
  /** Quality that was needed. Null: the model was asked for by name. */
  needed: z.number().nullable(),
  /** The rule that chose. */
  rule: z.string().nullable(),
  /** The tool that asked, by its id. */
  tool: z.string().nullable(),
  policyVersion: z.int().min(0),
  /** The conversation as it stood before the request. Null: a new one, or none is known. */
  conversation: z
    .object({
      /** `provider/model` that it was with. */
      model: z.string(),
      requests: z.int(),
      /** Tokens that the provider holds in its prompt cache. */
      cachedTokens: z.int(),
      /** `fresh`: a new turn of the user. The others bind it to its model, `boundProvider` to the models of its provider. */
      boundary: z.enum(['fresh', 'openTools', 'boundThinking', 'boundProvider']),
    })
    .nullable(),
});

const verdict = z.enum(['good', 'bad']);

const learning = z.object({
  /** Whether it is collected, and counts; a switch of the policy. */
  enabled: z.boolean(),
  /** Most complaints first. */
  evidence: z.array(
    z.object({
      /** `provider/model` */
      model: z.string(),
      complexity,
      answers: z.int(),
      /** Weights of what was noticed. */
      good: z.number(),
      bad: z.number(),
      /** What is added to the model's rating for such requests. */
      correction: z.number().min(-0.6).max(0.2),
    }),
  ),
});

const shadowReport = z.object({
  checks: z.int(),
  /** Answers that were better than the strong model's, as good, and worse. */
  better: z.int(),
  same: z.int(),
  worse: z.int(),
  /** Share of answers that were as good or better, with its 95 % interval. Null: none was checked. */
  kept: z.object({ share: z.number(), low: z.number(), high: z.number() }).nullable(),
  spentTodayUsd: z.number(),
});

const tool = z.object({
  id: z.string(),
  name: z.string(),
  mode: z.enum(['keep', 'auto']),
  /** What its names become when they are routed: the first that fits. */
  names: z.array(z.object({ from: z.string(), to: z.string() })),
});

const sums = z.object({
  requests: z.int(),
  costNano: z.int(),
  costUsd: z.number(),
  /** Requests whose cost is not known. */
  unknownCosts: z.int(),
});
const modelSums = sums.extend({ id: z.string() });
const mix = sums.extend({ models: z.array(modelSums) });

const backtestResult = z.object({
  /** Requests that were decided, and can be again. */
  decided: z.int(),
  /** Others of the time: answered from the cache, refused before they were decided, or decided by what is gone. */
  left: z.int(),
  /** Requests for which the choice is the same. */
  same: z.int(),
  /** Requests that would be refused. */
  refused: z.int(),
  /** As it was. */
  actual: mix,
  /** As it would have been, with answers as long as they were. */
  tested: mix,
  /** All of it with one model. Null: nothing was decided. */
  baseline: modelSums.nullable(),
  /** What it costs less than the baseline; negative: more. Null where there is no baseline. */
  savingsUsd: z.object({ actual: z.number(), tested: z.number() }).nullable(),
  complexities: z.object({ simple: z.int(), medium: z.int(), complex: z.int() }),
  /** The first 500. */
  differences: z.array(
    z.object({
      id: z.string(),
      startedAtMs: milliseconds,
      complexity,
      /** `provider/model` that answered. */
      from: z.string(),
      /** Null: it would be refused. */
      to: z.string().nullable(),
      fromCostUsd: usd,
      toCostUsd: usd,
      why: z.string(),
    }),
  ),
});

const backtestEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), done: z.int(), total: z.int() }),
  z.object({ type: z.literal('result'), result: backtestResult }),
]);

const route = area('Routing');

export const routingRoutes = {
  try: route
    .route({ method: 'POST', path: '/routing/try', summary: 'What would be decided for a request; nobody is called' })
    .input(
      z.object({
        /** A body as a client of that dialect would send it. */
        body: z.record(z.string(), z.unknown()),
        dialect: z.enum(['openai-chat', 'openai-responses', 'anthropic', 'gemini']).default('openai-chat'),
        /** Id of the gateway key that asks. */
        clientId: z.string().max(200).optional(),
        tool: z.string().max(50).optional(),
        /** A policy to try in the place of the live one. */
        policy: policyPatch.optional(),
      }),
    )
    .output(explanation),
  decision: route
    .meta(forMembers)
    .route({
      method: 'GET',
      path: '/routing/decisions/{id}',
      summary: 'The decision of a request of the past, in full',
    })
    .input(idInput)
    .output(explanation),
  policy: {
    get: route.route({ method: 'GET', path: '/routing/policy', summary: 'The policy' }).output(policyVersion),
    update: route
      .route({ method: 'PATCH', path: '/routing/policy', summary: 'Change the policy; the version before is kept' })
      .input(z.object({ policy: policyPatch, note: note.default('') }))
      .output(policyVersion),
    undo: route
      .route({ method: 'POST', path: '/routing/policy/undo', summary: 'Go back to the version before' })
      .output(policyVersion),
    restore: route
      .route({ method: 'POST', path: '/routing/policy/restore', summary: 'Go back to a version; 0: the defaults' })
      .input(z.object({ version: z.int().min(0) }))
      .output(policyVersion),
    history: route
      .route({ method: 'GET', path: '/routing/policy/history', summary: 'The last versions, newest first' })
      .output(z.object({ versions: z.array(policyVersion) })),
  },
  backtest: route
    .route({
      method: 'POST',
      path: '/routing/backtest',
      summary: 'Decide requests of the past again, by another policy; nobody is called. Leaving the stream ends it',
    })
    .input(
      z.object({
        fromMs: milliseconds.optional(),
        /** Exclusive. */
        toMs: milliseconds.optional(),
        /** What is other than in the live policy. */
        policy: policyPatch.optional(),
        /** Aliases in the place of those that names were followed through; absent: as they were followed. */
        aliases: z
          .array(
            z.object({
              name: z.string().min(1).max(100),
              target: z.string().min(1).max(200),
              clientId: z.string().max(200).nullable().default(null),
            }),
          )
          .max(1_000)
          .optional(),
        /** Each request by the policy that it was decided by: tells whether decisions can be repeated. */
        asDecided: z.boolean().default(false),
        /** `provider/model` to compare with; absent: the dearest that was used. */
        baseline: z.string().max(200).optional(),
      }),
    )
    .output(eventIterator(backtestEvent)),
  learning: {
    get: route
      .route({ method: 'GET', path: '/routing/learning', summary: 'What was learned from use' })
      .output(learning),
    reset: route
      .route({ method: 'POST', path: '/routing/learning/reset', summary: 'Forget what was learned from use' })
      .output(learning),
  },
  feedback: route
    .route({
      method: 'POST',
      path: '/routing/feedback',
      summary: 'Say whether an answer was good; a second word replaces the first',
    })
    .input(z.object({ requestId: z.string().min(1).max(200), verdict }))
    .output(z.object({ requestId: z.string(), verdict })),
  shadow: route
    .route({ method: 'GET', path: '/routing/shadow', summary: 'What shadow checks show of the quality kept' })
    .output(shadowReport),
  tools: {
    list: route
      .route({ method: 'GET', path: '/routing/tools', summary: 'Tools that ask for names of their own' })
      .output(z.object({ tools: z.array(tool) })),
    set: route
      .route({
        method: 'PUT',
        path: '/routing/tools/{id}',
        summary: 'Obey the names that a tool asks for, or route them',
      })
      .input(idInput.extend({ mode: z.enum(['keep', 'auto']) }))
      .output(tool),
  },
};

export type BacktestEvent = z.infer<typeof backtestEvent>;
export type BacktestInfo = z.infer<typeof backtestResult>;
export type RoutingPolicy = z.infer<typeof routingPolicySchema>;
export type RoutingPolicyPatch = z.infer<typeof policyPatch>;
export type RoutingRule = z.infer<typeof rule>;
export type RoutingExplanation = z.infer<typeof explanation>;
export type RoutingTool = z.infer<typeof tool>;
