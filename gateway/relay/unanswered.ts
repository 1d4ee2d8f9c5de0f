import type { ChatRequest, Loss, Message, ToolCallPart, ToolResultPart } from '../chat.ts';

/** What stands in for a result that never came: the user spoke first, or the tool was stopped. */
const NO_RESULT = 'No result: the call was not carried out.';

/**
 * Gives calls of tools that the conversation went on without a result of their own. Anthropic, OpenAI and Gemini refuse a history in which
 * one is missing, and each client leaves others out. Calls at the very end are the client's to answer.
 */
export function answerUnanswered(request: ChatRequest): { request: ChatRequest; losses: Loss[] } {
  const losses: Loss[] = [];
  const messages: Message[] = [];
  for (const [at, message] of request.messages.entries()) {
    messages.push(message);
    const calls = callsOf(message);
    if (calls.length === 0 || at === request.messages.length - 1) continue;
    const answered = answersAfter(request.messages, at);
    const missing = calls.filter(({ id }) => !answered.has(id));
    if (missing.length === 0) continue;
    messages.push({ role: 'tool', parts: missing.map(answer) });
    for (const { id, name } of missing)
      losses.push({
        field: `messages[${at}]`,
        why: `the call ${id} of ${name} has no result: told as not carried out`,
      });
  }
  return losses.length === 0 ? { request, losses } : { request: { ...request, messages }, losses };
}

function callsOf({ role, parts }: Message): ToolCallPart[] {
  return role === 'assistant' ? parts.filter((part) => part.type === 'toolCall') : [];
}

/** Ids of the results up to the next calls. */
function answersAfter(messages: readonly Message[], at: number): Set<string> {
  const ids = new Set<string>();
  for (let next = at + 1; next < messages.length; next += 1) {
    const message = messages[next];
    if (message === undefined || callsOf(message).length > 0) break;
    for (const part of message.parts) if (part.type === 'toolResult') ids.add(part.id);
  }
  return ids;
}

function answer({ id, name }: ToolCallPart): ToolResultPart {
  return { type: 'toolResult', id, name, parts: [{ type: 'text', text: NO_RESULT }] };
}
