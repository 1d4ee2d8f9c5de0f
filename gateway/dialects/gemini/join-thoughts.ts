import type { Message, ThinkingPart } from '../../chat.ts';

/**
 * A signature vouches for the whole of a thought. `createStreamWriter` has sent the text of another maker's thought piece by piece
 * before the signature came, and Gemini clients keep each piece as a part (Google's SDK: as a content) of its own. So the pieces that
 * stand right before such a signature become one part again. Gemini's own thoughts stay as they are.
 */
export function joinThoughts(messages: Message[]): Message[] {
  const joined: Message[] = [];
  for (const message of messages) {
    if (message.role !== 'assistant' || !message.parts.some((part) => part.type === 'thinking' && isDetached(part))) {
      joined.push(message);
      continue;
    }
    const parts: Message['parts'] = [];
    for (const part of message.parts) {
      if (part.type !== 'thinking' || !isDetached(part)) {
        parts.push(part);
        continue;
      }
      let text = takePieces(parts);
      while (parts.length === 0 && joined.at(-1)?.role === 'assistant') {
        const before = joined.at(-1)?.parts ?? [];
        text = takePieces(before) + text;
        if (before.length > 0) break;
        joined.pop();
      }
      parts.push({ ...part, text });
    }
    joined.push({ ...message, parts });
  }
  return joined;
}

/** A signature of another maker that came without its text. */
function isDetached(part: ThinkingPart): boolean {
  return part.text === '' && part.redacted !== true && part.signature !== undefined && part.signature.by !== 'gemini';
}

/** Takes the unsigned thoughts off the end of a list. */
function takePieces(parts: Message['parts']): string {
  let text = '';
  for (let last = parts.at(-1); last?.type === 'thinking' && last.signature === undefined; last = parts.at(-1)) {
    text = last.text + text;
    parts.pop();
  }
  return text;
}
