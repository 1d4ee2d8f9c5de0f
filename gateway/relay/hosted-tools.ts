import type { ChatRequest, Loss, Tool } from '../chat.ts';
import { GatewayError } from '../errors.ts';

/**
 * Tools that agents declare beside their own without being asked to: searches of the web and of tools, and the making of images. Codex
 * sends `web_search` with every turn (codex-rs, tools/src/tool_spec.rs, 2026-11). An agent can go on without them.
 */
const BY_THE_WAY =
  /^(web_search|web_fetch|tool_search|image_generation)(_|$)|^(googleSearch|google_search|googleSearchRetrieval|google_search_retrieval|urlContext|url_context)$/;

/**
 * A request on its way to another dialect, whose provider cannot run the tools of the first. A hosted tool that stands beside tools of
 * the client's own, and that is not forced, is left out and reported where it is one that agents declare by the way. Any other is
 * refused by name: who asks for nothing but a search, or for files that lie with a provider, must hear that there are none.
 */
export function withoutHosted(request: ChatRequest): { request: ChatRequest; losses: Loss[] } {
  const losses: Loss[] = [];
  if (!request.tools.some(isHosted)) return { request, losses };
  const own = request.tools.filter((tool) => !isHosted(tool));
  for (const [index, tool] of request.tools.entries()) {
    if (!isHosted(tool)) continue;
    if (own.length === 0 || isForced(request, tool) || !BY_THE_WAY.test(kindOf(tool))) throw refusal(tool, index);
    losses.push({ field: `tools[${index}]`, why: `${tool.name} is run by another provider: left out` });
  }
  return { request: { ...request, tools: own }, losses };
}

const isHosted = ({ kind }: Tool): boolean => kind === 'hosted';

/** Servers of the client's choice (MCP) have a name of their own; what counts is what they are. */
function kindOf({ name, value }: Tool): string {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  return typeof type === 'string' ? type : name;
}

function isForced({ toolChoice: choice }: ChatRequest, { name }: Tool): boolean {
  if (choice?.mode === 'tool') return choice.name === name;
  return choice?.mode === 'allowed' && choice.required && choice.names.includes(name);
}

function refusal({ name }: Tool, index: number): GatewayError {
  return new GatewayError(
    'unsupported',
    `tools[${index}]: ${name} is run by the provider whose tool it is, and the model that was asked for has another. Leave it out, or ask for a model of that provider.`,
    { field: `tools[${index}]` },
  );
}
