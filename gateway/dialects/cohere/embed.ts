import type { Loss } from '../../chat.ts';
import type { OutboundEmbedding } from '../dialect.ts';
import { textsOf } from '../embedding.ts';
import { isObject, objectOf } from './wire.ts';

/** Google's words for what vectors are for, in Cohere's. Cohere insists on one. */
const PURPOSES: Record<string, string> = {
  RETRIEVAL_QUERY: 'search_query',
  QUESTION_ANSWERING: 'search_query',
  CODE_RETRIEVAL_QUERY: 'search_query',
  RETRIEVAL_DOCUMENT: 'search_document',
  CLASSIFICATION: 'classification',
  CLUSTERING: 'clustering',
};
const COMMON = 'search_document';

/** `/v2/embed` (https://docs.cohere.com/reference/embed, read 2026-11). */
export const embedding: OutboundEmbedding = {
  writeRequest(request, target) {
    const { dimensions, purpose } = request.embed ?? {};
    const { input_type: own, ...others } = request.extra?.fields ?? {};
    const losses: Loss[] = Object.keys(others).map((field) => ({ field, why: 'Cohere has no such field' }));
    const known = purpose === undefined ? undefined : PURPOSES[purpose];
    const type = typeof own === 'string' ? own : (known ?? COMMON);
    if (typeof own !== 'string' && known === undefined)
      losses.push({ field: 'input_type', why: `Cohere wants one: sent as ${COMMON}` });
    return {
      path: '/v2/embed',
      body: {
        model: target.name,
        texts: textsOf(request, 'Cohere'),
        input_type: type,
        embedding_types: ['float'],
        ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
      },
      losses,
    };
  },
  readReply({ embeddings, meta }) {
    const floats = isObject(embeddings) ? embeddings.float : embeddings;
    const input = objectOf(objectOf(meta).billed_units).input_tokens;
    return {
      vectors: Array.isArray(floats) ? (floats as number[][]) : [],
      ...(typeof input === 'number' ? { usage: { input, output: 0 } } : {}),
    };
  },
};
