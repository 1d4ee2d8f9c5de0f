import { cachesUnmarked } from '../routing/conversations.ts';
import type { Routing } from '../routing/index.ts';
import { SHADOW_CLIENT, type Shadow } from '../routing/shadow.ts';
import { turnOf } from '../routing/stay.ts';
import type { Exchange } from './exchange.ts';
import type { Step } from './step.ts';

/** Lets routing know how it went: what the conversation is with now, what its provider has cached, and what the answer was worth. */
export function remember({ conversations, signals }: Routing, shadow: Shadow): Step {
  return {
    name: 'remember',
    sent(exchange, outcome) {
      const { planned, thread, routed, cache, request, decision, startedAtMs, startedAt } = exchange;
      if (planned === undefined || thread === undefined || routed === undefined || request === undefined) return;
      if (cache === 'hit' || cache === 'shared' || outcome.status === 'error') return;
      const { candidate } = routed;
      const { inputs } = planned;
      const nowMs = startedAtMs + Math.round(performance.now() - startedAt);
      conversations.ended(thread, {
        model: candidate.id,
        complexity: turnOf(inputs),
        unsure: inputs.classification.abstained,
        usage: outcome.usage,
        costNano: outcome.cost?.totalNano ?? 0,
        caches: candidate.model !== null && cachesUnmarked(candidate.model),
        nowMs,
      });
      if (outcome.status !== 'ok' || decision === undefined) return;
      if (inputs.policy.shadow.enabled) checkLater(exchange, shadow);
      if (!inputs.policy.learning) return;
      const finish = exchange.flow?.ending?.finish?.reason;
      signals.answered({ request, inputs, decision, thread, candidate, finish, nowMs });
    },
  };
}

/** Bodies beyond this are not sent twice. */
const LONGEST_CHECKED = 256 * 1024;

/** Once the client has its answer: a cheap model's answer in words alone, to a client that the checks are not themselves. */
function checkLater(
  { id, client, request, body, decision, routed, flow, inbound, incoming }: Exchange,
  shadow: Shadow,
): void {
  if (client?.id === SHADOW_CLIENT.id || body === undefined || body.bytes.length > LONGEST_CHECKED) return;
  if (decision === undefined || decision.obeyed || decision.complexity === 'complex' || routed === undefined) return;
  const path = incoming.url ?? '';
  if (!CHECKED_PATHS.has(path) || request === undefined || request.tools.length > 0 || flow?.ending === undefined)
    return;
  if (!shadow.wants()) return;
  const { contentType, chunks, ending } = flow;
  const answer = {
    requestId: id,
    dialect: inbound.name,
    path,
    body: body.bytes,
    contentType,
    chunks: [...chunks, ending.closing.bytes],
    model: routed.candidate.id,
    complexity: decision.complexity,
  };
  setImmediate(() => void shadow.check(answer));
}

const CHECKED_PATHS: ReadonlySet<string> = new Set(['/v1/chat/completions', '/v1/messages', '/v1/responses']);
