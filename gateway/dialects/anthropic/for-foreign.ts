import type { ChatRequest, Part } from '../../chat.ts';

/**
 * A line that Claude Code (from 2.1.36 on) puts before its instructions: a header for Anthropic's accounting, of which a part is another one with
 * every request. To any other provider it says nothing, and no prompt cache would ever hold what follows it.
 */
const BILLING_LINE = /^x-anthropic-billing-header:[^\n]*\n*/;

/** The request for a provider of another dialect: what is meant for Anthropic's servers, and not for a model, stays here as its headers do. */
export function forForeign(request: ChatRequest): ChatRequest {
  const [system, ...messages] = request.messages;
  const [first, ...others] = system?.role === 'system' ? system.parts : [];
  if (system === undefined || first?.type !== 'text' || !BILLING_LINE.test(first.text)) return request;
  const text = first.text.replace(BILLING_LINE, '');
  const parts: Part[] = text === '' ? others : [{ ...first, text }, ...others];
  return { ...request, messages: parts.length === 0 ? messages : [{ ...system, parts }, ...messages] };
}
