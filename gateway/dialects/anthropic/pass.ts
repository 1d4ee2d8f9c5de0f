import { setMembers } from '../../body/splice.ts';
import type { Pass } from '../dialect.ts';
import { createWatchingTap, summaryOf } from '../tap.ts';
import { readReply } from './reply.ts';
import { suits } from './suits.ts';

/** Messages from client to provider and back with their bytes as they came: prompt caches and signatures live in those bytes. */
export const anthropicPass: Pass = {
  suits,
  passRequest(body, _request, target) {
    const isNamed = body.json.model === target.name;
    return {
      path: '/messages',
      body: isNamed ? [body.bytes] : setMembers(body, { model: JSON.stringify(target.name) }),
    };
  },
  replyClosing: (bytes) => ({ bytes }),
  readSummary: (json) => summaryOf(readReply(json)),
  streamClosing: (bytes) => ({ bytes }),
  createTap: (_request, reader) => createWatchingTap(reader),
};
