import type { ChatRequest } from '../../chat.ts';
import { hoistAddedTools } from './added-tools.ts';
import { STORED } from './read-request.ts';
import { isReference } from './references.ts';
import { unsupported } from './wire.ts';

/**
 * The request for a provider of another dialect. Throws `unsupported` for one that leans on what lies with its own provider (a stored
 * conversation, an item by its id, an answer to be fetched later): without it, any other would answer another question.
 */
export function forForeign(request: ChatRequest): ChatRequest {
  const { extra, messages } = request;
  const field = STORED.find((key) => extra?.fields[key] !== undefined);
  if (field !== undefined)
    throw unsupported(field, 'only the provider that stored it can serve it. Send the conversation itself in input.');
  if (extra?.fields.background === true)
    throw unsupported('background', 'the chosen provider cannot answer later. Ask without background.');
  if (messages.some(({ parts }) => parts.some(isReference)))
    throw unsupported(
      'input',
      'an item_reference names what lies with another provider, or is forgotten here. Send the item itself.',
    );
  return hoistAddedTools(request);
}
