import type { Pass } from '../dialect.ts';
import { createWatchingTap, summaryOf } from '../tap.ts';
import { readReply } from './reply.ts';
import { suitsThinking } from './thinking.ts';
import { pathOf } from './wire.ts';

/** generateContent from client to provider and back with its bytes as they came; the model stands in the path. */
export const geminiPass: Pass = {
  suits: ({ json }, target) => suitsThinking(json, target),
  passRequest: (body, request, target) => ({ path: pathOf(target.name, request.stream), body: [body.bytes] }),
  replyClosing: (bytes) => ({ bytes }),
  readSummary: (json) => summaryOf(readReply(json)),
  streamClosing: (bytes) => ({ bytes }),
  createTap: (_request, reader) => createWatchingTap(reader),
};
