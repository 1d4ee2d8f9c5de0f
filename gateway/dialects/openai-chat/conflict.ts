import type { JsonObject } from '../../chat.ts';
import type { TargetModel } from '../dialect.ts';
import { isShortId } from './calls.ts';
import { refusedIn } from './taken.ts';
import { isObject, type Quirk } from './wire.ts';

/**
 * Whether a body in OpenAI's spelling holds what the provider is known to refuse, or to pass over in silence. It is then written anew. A
 * provider of the owner's own gets bodies as they are: what it takes is only guessed.
 */
export function conflicts(body: JsonObject, model: TargetModel): boolean {
  const { quirks = [] } = model;
  if (quirks.length === 0 || quirks.includes('guessed')) return false;
  const has = (quirk: Quirk): boolean => quirks.includes(quirk);
  return (
    refusedIn(body, { has, model }).some((field) => body[field] !== null) ||
    FIELDS.some(([quirk, clashes]) => has(quirk) && clashes(body)) ||
    thinksInParts(body, { has, model }) ||
    messagesClash(body.messages, { has, model, body })
  );
}

/** Its answers would be lists of parts, which clients of OpenAI cannot read; those who say `prompt_mode` know them. */
const thinksInParts = (body: JsonObject, { has, model }: Pick<Place, 'has' | 'model'>): boolean =>
  has('thinkingParts') && model.reasons === true && body.prompt_mode === undefined;

const isThere = (value: unknown): boolean => value !== undefined && value !== null;
const typeOf = (value: unknown): unknown => (isObject(value) ? value.type : undefined);
const objectsIn = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

const FIELDS: [Quirk, (body: JsonObject) => boolean][] = [
  ['maxTokens', (body) => isThere(body.max_completion_tokens)],
  ['randomSeed', (body) => isThere(body.seed)],
  ['noStreamOptions', (body) => isThere(body.stream_options)],
  ['noJsonSchema', (body) => typeOf(body.response_format) === 'json_schema'],
  ['schemaOnly', (body) => typeOf(body.response_format) === 'json_object'],
  ['choiceWords', (body) => isObject(body.tool_choice)],
  ['oneChoice', (body) => isThere(body.n) && body.n !== 1],
  [
    'functionsOnly',
    (body) =>
      typeOf(body.tool_choice) === 'allowed_tools' || objectsIn(body.tools).some(({ type }) => type === 'custom'),
  ],
];

interface Place {
  has(quirk: Quirk): boolean;
  model: TargetModel;
  body: JsonObject;
}

function messagesClash(messages: unknown, place: Place): boolean {
  const { has, model, body } = place;
  const thinks = has('reasonedCalls') && model.reasons === true && typeOf(body.thinking) !== 'disabled';
  if (thinks && (isObject(body.tool_choice) || body.tool_choice === 'required')) return true;
  const list = objectsIn(messages);
  return list.some((message, at) => {
    const { role } = message;
    const calls = objectsIn(message.tool_calls);
    if (role === 'developer' && has('systemRole')) return true;
    if (isThere(message.name) && has('noNames')) return true;
    if (thinks && calls.length > 0 && !message.reasoning_content) return true;
    if (
      has('shortIds') &&
      [...calls.map(({ id }) => id), message.tool_call_id].some((id) => isThere(id) && !isShortId(id))
    )
      return true;
    if (role === 'assistant' && at === list.length - 1 && has('answerAfterTools') && message.prefix !== true)
      return true;
    if (role === 'user' && has('answerAfterTools') && list[at - 1]?.role === 'tool') return true;
    return hasForeignReasoning(message, has) || hasForeignMedia(message, has);
  });
}

/** The gateway tells reasoning as `reasoning_content`, and clients send it back so, whoever they ask next. */
function hasForeignReasoning(message: JsonObject, has: Place['has']): boolean {
  const isStrict = has('groqFields') || has('mistralFields') || has('cerebrasFields');
  return isThere(message.reasoning_content) && (isStrict || has('reasoningDetails') || has('reasoning'));
}

function hasForeignMedia({ content }: JsonObject, has: Place['has']): boolean {
  if (!has('noImageUrl') && !has('documentUrl')) return false;
  return objectsIn(content).some((part) => {
    if (part.type === 'file') return has('documentUrl');
    const holder = part.image_url;
    const url = isObject(holder) ? holder.url : holder;
    return has('noImageUrl') && typeof url === 'string' && !url.startsWith('data:');
  });
}
