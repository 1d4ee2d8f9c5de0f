import type { BacktestEvent, BacktestInfo, RoutingExplanation, RoutingTool } from '../../contract/index.ts';
import type { ClientDialect } from '../chat.ts';
import type { Database } from '../db/open.ts';
import { dialects } from '../dialects/index.ts';
import { GatewayError } from '../errors.ts';
import type { Ledger } from '../ledger/index.ts';
import { createFollower } from '../routing/aliases.ts';
import type { BacktestResult, Sum } from '../routing/backtest.ts';
import { classify } from '../routing/classifier.ts';
import { createContexts } from '../routing/contexts.ts';
import { writeExplanation } from '../routing/explain.ts';
import { readFeatures } from '../routing/features.ts';
import type { Feedback } from '../routing/feedback.ts';
import type { Asking, Routing } from '../routing/index.ts';
import { plan } from '../routing/plan.ts';
import { merge } from '../routing/policies.ts';
import { readDecision } from '../routing/replay.ts';
import type { BacktestMessage } from '../routing/run-backtest.ts';
import type { Shadow } from '../routing/shadow.ts';
import { readThread } from '../routing/thread.ts';
import { TOOLS, type ToolNames } from '../routing/tools.ts';
import type { Base } from './base.ts';

export interface RoutingDependencies {
  database: Database;
  feedback: Feedback;
  ledger: Ledger;
  routing: Routing;
  shadow: Pick<Shadow, 'report'>;
}

export function routingCalls(base: Base, { database, feedback, ledger, routing, shadow }: RoutingDependencies) {
  const { policies } = routing;
  const calls = base.routing;

  function showLearning() {
    return { enabled: policies.live().policy.learning, evidence: routing.learning.list() };
  }

  function showTool({ id, title, names }: ToolNames): RoutingTool {
    return { id, name: title, mode: policies.live().policy.tools[id] ?? 'keep', names: [...names] };
  }

  return {
    try: calls.try.handler(({ input: { body, dialect, clientId, tool, policy } }) => {
      const live = policies.live();
      const tried = policy === undefined ? live : { ...live, policy: merge(live.policy, policy) };
      const inputs = routing.inputsOf(readAsking(body, { dialect, clientId, tool }), tried);
      return writeExplanation(inputs, plan(inputs));
    }),
    decision: calls.decision.handler(async ({ input: { id }, context: { view } }): Promise<RoutingExplanation> => {
      const row = await ledger.one(id);
      if (row === null || !view.sees(row.clientId))
        throw new GatewayError('not_found', 'There is no request with this id.', { field: 'id' });
      const past = readDecision(row, createContexts(database.client, policies.of));
      if (past === undefined) {
        throw new GatewayError(
          'not_found',
          'Nothing was decided for this request: it was answered from the cache or refused before, or what it was decided by is gone.',
          { field: 'id' },
        );
      }
      return writeExplanation(past.inputs, plan(past.inputs));
    }),
    backtest: calls.backtest.handler(async ({ input, signal }) => {
      const { policy, asDecided, baseline, aliases } = input;
      const { toMs = Date.now() } = input;
      const options = {
        fromMs: input.fromMs ?? toMs - LATELY_MS,
        toMs,
        policy: asDecided ? null : merge(policies.live().policy, policy ?? {}),
        aliases: asDecided ? null : (aliases ?? null),
        baseline: baseline ?? null,
      };
      // Refused here, where it still can be: what fails once the stream has begun only ends it.
      if (aliases !== undefined) createFollower(aliases);
      await ledger.flush();
      const { runBacktest } = await import('../routing/run-backtest.ts');
      return tell(runBacktest(database, options, signal));
    }),
    policy: {
      get: calls.policy.get.handler(() => policies.live()),
      update: calls.policy.update.handler(({ input: { policy, note } }) => policies.update(policy, note)),
      undo: calls.policy.undo.handler(() => policies.undo()),
      restore: calls.policy.restore.handler(({ input: { version } }) => policies.restore(version)),
      history: calls.policy.history.handler(() => ({ versions: policies.history() })),
    },
    learning: {
      get: calls.learning.get.handler(showLearning),
      reset: calls.learning.reset.handler(() => {
        routing.learning.reset();
        return showLearning();
      }),
    },
    feedback: calls.feedback.handler(({ input: { requestId, verdict } }) => feedback.give(requestId, verdict)),
    shadow: calls.shadow.handler(() => {
      const { spentTodayNano, ...report } = shadow.report();
      return { ...report, spentTodayUsd: spentTodayNano / 1e9 };
    }),
    tools: {
      list: calls.tools.list.handler(() => ({ tools: TOOLS.map(showTool) })),
      set: calls.tools.set.handler(({ input: { id, mode } }) => {
        const tool = TOOLS.find((one) => one.id === id);
        if (tool === undefined)
          throw new GatewayError('not_found', `There is no tool "${id.slice(0, 50)}".`, { field: 'id' });
        const { tools } = policies.live().policy;
        if ((tools[id] ?? 'keep') !== mode)
          policies.update(
            { tools: { ...tools, [id]: mode } },
            `${tool.title}: ${mode === 'auto' ? 'routed' : 'obeyed'}`,
          );
        return showTool(tool);
      }),
    },
  };
}

const LATELY_MS = 30 * 86_400_000;

function showBacktest({ actual, tested, baseline, differences, ...rest }: BacktestResult): BacktestInfo {
  const fixed = baseline?.costNano;
  return {
    ...rest,
    actual: { ...showSum(actual), models: actual.models.map(showSum) },
    tested: { ...showSum(tested), models: tested.models.map(showSum) },
    baseline: baseline === null ? null : showSum(baseline),
    savingsUsd:
      fixed === undefined ? null : { actual: (fixed - actual.costNano) / 1e9, tested: (fixed - tested.costNano) / 1e9 },
    differences: differences.map(({ fromCostNano, toCostNano, ...difference }) => ({
      ...difference,
      fromCostUsd: usd(fromCostNano),
      toCostUsd: usd(toCostNano),
    })),
  };
}

function showSum<Shown extends Sum>(sum: Shown): Shown & { costUsd: number } {
  return { ...sum, costUsd: sum.costNano / 1e9 };
}

function usd(nano: number | null): number | null {
  return nano === null ? null : nano / 1e9;
}

/** A body of the owner's, read as if a client had sent it now. Throws `invalid_request` as the dialect does. */
function readAsking(
  body: Record<string, unknown>,
  { dialect, clientId, tool }: { dialect: ClientDialect; clientId: string | undefined; tool: string | undefined },
): Asking {
  const request = dialects[dialect].readRequest(body);
  const features = readFeatures(request);
  const asking = { headers: {}, clientId: clientId ?? '' };
  return {
    requested: request.model,
    clientId,
    tool,
    features,
    classification: classify(features),
    thread: readThread(request, asking),
    budget: undefined,
    nowMs: Date.now(),
  };
}

async function* tell(messages: AsyncIterable<BacktestMessage>): AsyncGenerator<BacktestEvent, void> {
  for await (const message of messages) {
    if ('progress' in message) yield { type: 'progress', ...message.progress };
    else yield { type: 'result', result: showBacktest(message.result) };
  }
}
