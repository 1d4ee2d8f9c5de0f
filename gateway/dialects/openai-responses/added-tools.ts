import type { ChatRequest, Message, OpaquePart, Part, Tool } from '../../chat.ts';
import { readTools } from './tools.ts';
import { isObject } from './wire.ts';

/** An item that declares tools from its place in the conversation on. Codex sends all of its own so (seen with 0.169). */
const LABEL = 'additional_tools';

/** Tools that items of the conversation declare, marked as such: the items stay where they are. */
export function readAddedTools(messages: readonly Message[]): Tool[] {
  return itemsIn(messages).flatMap((item) => {
    try {
      return readItem(item);
    } catch {
      // What is wrong with it is for its own provider to say: there it goes as it came.
      return [];
    }
  });
}

/** For another dialect, which has one list of tools: theirs stand in it, the last of a name holds, and the items are gone. */
export function hoistAddedTools(request: ChatRequest): ChatRequest {
  const items = itemsIn(request.messages);
  if (items.length === 0) return request;
  const messages = request.messages
    .map((message) => ({ ...message, parts: message.parts.filter((part) => !declaresTools(part)) }))
    .filter(({ parts }, at) => parts.length > 0 || request.messages[at]?.parts.length === 0);
  const tools = [...request.tools.filter(({ added }) => added !== true), ...items.flatMap(readItem)];
  return { ...request, messages, tools: [...new Map(tools.map((tool) => [tool.name, tool])).values()] };
}

function itemsIn(messages: readonly Message[]): OpaquePart[] {
  const items: OpaquePart[] = [];
  for (const { parts } of messages) for (const part of parts) if (declaresTools(part)) items.push(part);
  return items;
}

function readItem({ value }: OpaquePart): Tool[] {
  return readTools(isObject(value) ? value.tools : undefined).map((tool) => ({ ...tool, added: true }));
}

const declaresTools = (part: Part): part is OpaquePart => part.type === 'opaque' && part.label === LABEL;
