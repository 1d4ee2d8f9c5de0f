import type { ChatRequest, JsonObject, Loss, Message } from '../../chat.ts';
import type { InboundEmbedding, OutboundEmbedding } from '../dialect.ts';
import { textsOf } from '../embedding.ts';
import { arrayAt, field, isObject, numberAt, objectAt } from './fields.ts';
import { readPart } from './parts.ts';
import { modelPath } from './wire.ts';

/** `embedContent` takes one text, `batchEmbedContents` many (https://ai.google.dev/api/embeddings, read 2026-11). */
export type EmbedMethod = 'embedContent' | 'batchEmbedContents';

/** A body of either method; the model stands in the URL. What holds for one input of a batch must hold for all of them. */
export function readEmbedRequest(body: JsonObject, method: EmbedMethod): ChatRequest {
  const requests =
    method === 'embedContent'
      ? [body]
      : arrayAt(body.requests, 'requests').map((request, index) => objectAt(request, `requests[${index}]`));
  const dimensions = field(requests[0] ?? {}, 'outputDimensionality');
  const purpose = field(requests[0] ?? {}, 'taskType');
  return {
    dialect: 'gemini',
    model: '',
    messages: requests.map((request, index) => readInput(request, `requests[${index}].content`)),
    tools: [],
    stream: false,
    streamUsage: true,
    embed: {
      encoding: 'float',
      ...(dimensions === undefined ? {} : { dimensions: numberAt(dimensions, 'outputDimensionality') }),
      ...(typeof purpose === 'string' ? { purpose } : {}),
    },
  };
}

function readInput(request: JsonObject, path: string): Message {
  const content = objectAt(request.content, path);
  const parts = Array.isArray(content.parts) ? content.parts : [content.parts ?? {}];
  return {
    role: 'user',
    parts: parts.flatMap((part, index) =>
      readPart(objectAt(part, `${path}.parts[${index}]`), `${path}.parts[${index}]`),
    ),
  };
}

export function inboundEmbedding(method: EmbedMethod): InboundEmbedding {
  return {
    pass(body, target) {
      // The model is named again in each request, and Google refuses another name there.
      const name = `models/${target.name}`;
      const named = Array.isArray(body.json.requests) ? body.json.requests : [body.json];
      const suits = named.every((each) => isObject(each) && (each.model === undefined || each.model === name));
      return suits ? { path: `${modelPath(target.name)}:${method}`, body: [body.bytes] } : undefined;
    },
    fits: (reply) => (method === 'embedContent' ? reply.embedding : reply.embeddings) !== undefined,
    writeReply({ vectors, usage }) {
      const usageMetadata = usage === undefined ? {} : { usageMetadata: { promptTokenCount: usage.input } };
      const embeddings = vectors.map((values) => ({ values }));
      return method === 'embedContent'
        ? { embedding: embeddings[0], ...usageMetadata }
        : { embeddings, ...usageMetadata };
    },
  };
}

export const outboundEmbedding: OutboundEmbedding = {
  writeRequest(request, target) {
    const { dimensions, purpose } = request.embed ?? {};
    const losses: Loss[] = Object.keys(request.extra?.fields ?? {}).map((name) => ({
      field: name,
      why: 'Gemini has no such field',
    }));
    const requests = textsOf(request, 'Gemini').map((text) => ({
      model: `models/${target.name}`,
      content: { parts: [{ text }] },
      ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
      ...(purpose === undefined ? {} : { taskType: purpose }),
    }));
    return { path: `${modelPath(target.name)}:batchEmbedContents`, body: { requests }, losses };
  },
  readReply(body) {
    const list = Array.isArray(body.embeddings) ? body.embeddings : [body.embedding];
    const vectors = list.filter(isObject).map(({ values }) => (Array.isArray(values) ? (values as number[]) : []));
    const input = isObject(body.usageMetadata) ? body.usageMetadata.promptTokenCount : undefined;
    return { vectors, ...(typeof input === 'number' ? { usage: { input, output: 0 } } : {}) };
  },
};
