import type { ChatRequest, MediaPart, Part } from '../chat.ts';

/** A prompt as a tokenizer sees it. */
interface Prompt {
  texts: string[];
  /** Tokens of all that is no text: what each message, call and picture costs beside its words. */
  others: number;
}

/** Tokens that a message, a call and a declared tool cost beside their words (OpenAI's cookbook on counting, read 2026-11). */
const MESSAGE = 4;
const CALL = 8;
const TOOL = 7;
/** A picture of usual size; bytes of a base64 text to a token of a PDF and of sound, as the large providers count them. */
const IMAGE = 1_100;
const DOCUMENT_BYTES = 30;
const LEAST_DOCUMENT = 1_500;
const SOUND_BYTES = 500;

/** Everything of a request that a model reads. `lengthOf` gives a string's full length where it is folded. */
export function readPrompt(request: ChatRequest, lengthOf: (text: string) => number): Prompt {
  const prompt: Prompt = { texts: [], others: 0 };
  for (const { parts } of request.messages) {
    prompt.others += MESSAGE;
    for (const part of parts) addPart(part, prompt, lengthOf);
  }
  for (const { name, description = '', schema, value } of request.tools) {
    prompt.others += TOOL;
    prompt.texts.push(name, description, JSON.stringify(schema ?? value ?? {}));
  }
  if (request.format?.type === 'schema') prompt.texts.push(JSON.stringify(request.format.schema));
  return prompt;
}

function addPart(part: Part, prompt: Prompt, lengthOf: (text: string) => number): void {
  switch (part.type) {
    case 'text':
    case 'refusal':
      prompt.texts.push(part.text);
      return;
    case 'toolCall':
      prompt.others += CALL;
      prompt.texts.push(part.name, part.input);
      return;
    case 'toolResult':
      prompt.others += MESSAGE;
      for (const inner of part.parts) addPart(inner, prompt, lengthOf);
      return;
    case 'media':
      if (part.source.from === 'text') prompt.texts.push(part.source.text);
      else prompt.others += mediaTokens(part, lengthOf);
      return;
    default:
    // Earlier thinking is not read again by most models; what is opaque is not known.
  }
}

function mediaTokens({ kind, source }: MediaPart, lengthOf: (text: string) => number): number {
  if (kind === 'image') return IMAGE;
  const bytes = source.from === 'base64' ? lengthOf(source.data) : 0;
  if (kind === 'document') return Math.max(LEAST_DOCUMENT, Math.ceil(bytes / DOCUMENT_BYTES));
  return Math.max(SOUND_BYTES, Math.ceil(bytes / SOUND_BYTES));
}
