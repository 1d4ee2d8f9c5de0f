import { GatewayError } from '../../errors.ts';
import { createSseReader } from '../../sse.ts';
import type { Framing, Inbound } from '../dialect.ts';
import { countedRequest } from './count.ts';
import { type EmbedMethod, inboundEmbedding, readEmbedRequest } from './embed.ts';
import { gemini } from './index.ts';

/** What a path of the dialect names: `/v1beta/models/gemini-2.5-flash:generateContent`. */
interface GeminiPath {
  model: string;
  /** `generateContent`, `countTokens`, … */
  method: string;
}

/**
 * Reads such a path, in any version of the API. Names may hold slashes (`models/openai/gpt-4.1`) and colons, escaped or not, and stand
 * with or without `models/`. Undefined for any other path.
 */
export function readPath(path: string): GeminiPath | undefined {
  const found = /^\/v1(?:beta|alpha)?\/(?:models\/)?(.+):(\w+)$/.exec(path);
  if (found === null) return undefined;
  const [, name = '', method = ''] = found;
  try {
    return { model: decodeURIComponent(name).replace(/^models\//, ''), method };
  } catch {
    throw new GatewayError('invalid_request', 'The name of the model in the path is not well escaped.');
  }
}

/** The dialect at one address: what other dialects say in the body, Gemini says in the URL. */
export function geminiAt(
  model: string,
  { stream = false, asArray = false }: { stream?: boolean; asArray?: boolean } = {},
): Inbound {
  return {
    ...gemini,
    readRequest: (body) => ({ ...gemini.readRequest(body), model, stream }),
    ...(asArray && { createFraming }),
  };
}

/** The dialect where tokens are to be counted. */
export function geminiCountAt(model: string): Inbound {
  return { ...gemini, readRequest: (body) => ({ ...gemini.readRequest(countedRequest(body)), model }) };
}

/** The dialect where it is asked for vectors. */
export function geminiEmbeddingAt(model: string, method: EmbedMethod): Inbound {
  return {
    ...gemini,
    readRequest: (body) => ({ ...readEmbedRequest(body, method), model }),
    embedding: inboundEmbedding(method),
  };
}

/** Without `alt=sse` a stream is one JSON array, element by element. The elements are the messages' own bytes. */
function createFraming(): Framing {
  let text = '';
  let begun = false;
  const messages = createSseReader(({ data }) => {
    text += (begun ? ',\r\n' : '[') + data;
    begun = true;
  });
  function take(): Buffer {
    const bytes = Buffer.from(text);
    text = '';
    return bytes;
  }
  return {
    contentType: 'application/json; charset=utf-8',
    push(bytes) {
      messages.push(bytes);
      return take();
    },
    end(bytes) {
      messages.push(bytes);
      messages.end();
      text += begun ? ']' : '[]';
      return take();
    },
  };
}
