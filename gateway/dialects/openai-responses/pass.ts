import type { Body } from '../../body/read.ts';
import { setMembers } from '../../body/splice.ts';
import type { Pass, TargetModel } from '../dialect.ts';
import { createWatchingTap, summaryOf } from '../tap.ts';
import { ENCRYPTED_REASONING } from './read-request.ts';
import { readReply } from './reply.ts';
import { isObject } from './wire.ts';

/** Responses from client to provider and back with their bytes as they came: stored conversations and encrypted reasoning live in them. */
export const openaiResponsesPass: Pass = {
  suits,
  passRequest(body, _request, target) {
    const isNamed = body.json.model === target.name;
    return {
      path: '/responses',
      body: isNamed ? [body.bytes] : setMembers(body, { model: JSON.stringify(target.name) }),
    };
  },
  replyClosing: (bytes) => ({ bytes }),
  readSummary: (json) => summaryOf(readReply(json)),
  streamClosing: (bytes) => ({ bytes }),
  createTap: (_request, reader) => createWatchingTap(reader),
};

/**
 * A client that did not name the model could not know that it refuses sampling parameters, does not reason, or has other words for
 * effort: such a body is written anew.
 */
function suits({ json }: Body, { sampling, reasons, reasoningEfforts, maxOutputTokens }: TargetModel): boolean {
  const { reasoning, include, max_output_tokens: limit } = json;
  const effort = isObject(reasoning) ? reasoning.effort : undefined;
  if (typeof effort === 'string' && reasoningEfforts?.includes(effort) === false) return false;
  if (reasons === false && isObject(reasoning) && Object.keys(reasoning).length > 0) return false;
  if (reasons === false && Array.isArray(include) && include.includes(ENCRYPTED_REASONING)) return false;
  if (typeof limit === 'number' && limit > (maxOutputTokens ?? limit)) return false;
  return sampling !== false || SAMPLING.every((field) => json[field] === undefined);
}

const SAMPLING = ['temperature', 'top_p', 'top_logprobs'];
