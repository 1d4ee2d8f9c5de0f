import type { ChatRequest, OpaquePart, Part } from '../../chat.ts';
import { STORED } from './read-request.ts';
import { readTools } from './tools.ts';
import { isObject, unsupported } from './wire.ts';

/**
 * The request for a provider of another dialect: tools that stand in the conversation (Codex sends all of its own so, seen with 0.169)
 * are offered like the others. Throws `unsupported` for one that leans on what lies with its own provider (a stored conversation, an item
 * by its id, an answer to be fetched later): without it, any other would answer another question.
 */
export function forForeign(request: ChatRequest): ChatRequest {
  const { extra, messages } = request;
  const field = STORED.find((key) => extra?.fields[key] !== undefined);
  if (field !== undefined)
    throw unsupported(field, 'only the provider that stored it can serve it. Send the conversation itself in input.');
  if (extra?.fields.background === true)
    throw unsupported('background', 'the chosen provider cannot answer later. Ask without background.');
  if (messages.some(({ parts }) => parts.some((part) => isItem(part, 'item_reference'))))
    throw unsupported('input', 'an item_reference names what lies with another provider. Send the item itself.');
  return withAddedTools(request);
}

/** The last tool of a name holds. */
function withAddedTools(request: ChatRequest): ChatRequest {
  const added = request.messages.flatMap(({ parts }) => parts.filter((part) => isItem(part, ADDED_TOOLS)));
  if (added.length === 0) return request;
  const tools = added.flatMap(({ value }) => readTools(isObject(value) ? value.tools : undefined));
  const messages = request.messages
    .map((message) => ({ ...message, parts: message.parts.filter((part) => !isItem(part, ADDED_TOOLS)) }))
    .filter(({ parts }, at) => parts.length > 0 || request.messages[at]?.parts.length === 0);
  const named = new Map([...request.tools, ...tools].map((tool) => [tool.name, tool]));
  return { ...request, messages, tools: [...named.values()] };
}

const ADDED_TOOLS = 'additional_tools';

const isItem = (part: Part, label: string): part is OpaquePart => part.type === 'opaque' && part.label === label;
