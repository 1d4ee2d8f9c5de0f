import type { JsonObject, OpeningPart } from '../../chat.ts';
import { writeSse } from '../../sse.ts';
import { startToolCall } from './write-reply-block.ts';

/** An event of the stream as SSE text; its name is its type. */
export function frame(message: JsonObject): string {
  return writeSse({ event: String(message.type), data: JSON.stringify(message) });
}

/** The block that opens a part; undefined for one that is sent when it is whole. */
export function startOf(part: OpeningPart): JsonObject | undefined {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: '', citations: null };
    case 'thinking':
      return part.redacted ? undefined : { type: 'thinking', thinking: '', signature: '' };
    case 'toolCall':
      return startToolCall(part.id, part.name);
    case 'whole':
      return undefined;
  }
}

/** A whole block as its start and its deltas, the way Anthropic streams it; blocks of other kinds start with all they hold. */
export function piecesOf(block: JsonObject): [JsonObject, JsonObject[]] {
  switch (block.type) {
    case 'text': {
      const citations = Array.isArray(block.citations) ? block.citations : [];
      return [
        { ...block, text: '', citations: null },
        [
          ...citations.map((citation) => ({ type: 'citations_delta', citation })),
          { type: 'text_delta', text: block.text },
        ],
      ];
    }
    case 'thinking':
      return [
        { ...block, thinking: '', signature: '' },
        [
          { type: 'thinking_delta', thinking: block.thinking },
          { type: 'signature_delta', signature: block.signature },
        ],
      ];
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return [{ ...block, input: {} }, [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }]];
    default:
      return [block, []];
  }
}
