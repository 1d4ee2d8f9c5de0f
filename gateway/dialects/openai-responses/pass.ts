import { setMembers } from '../../body/splice.ts';
import type { Pass } from '../dialect.ts';
import { createWatchingTap, summaryOf } from '../tap.ts';
import { readReply } from './reply.ts';

/** Responses from client to provider and back with their bytes as they came: stored conversations and encrypted reasoning live in them. */
export const openaiResponsesPass: Pass = {
  /** Where the gateway chose the model, the client could not know that it refuses sampling parameters. */
  suits({ json }, target) {
    if (target.sampling !== false) return true;
    return json.temperature === undefined && json.top_p === undefined && json.top_logprobs === undefined;
  },
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
