type Json = Record<string, unknown>;

/** Numbers that differ from text to text, and are the same for the same text. */
export function vectorOf(text: string, length = 3): number[] {
  return Array.from({ length }, (_, index) => (text.length + index) / 8);
}

/** Answers to what is no chat, by the path: embeddings and counts of tokens. Undefined for a chat. */
export function answerQuestion(path: string, body: Json): Json | undefined {
  const [place = ''] = path.split('?');
  if (place.endsWith('/messages/count_tokens')) return { input_tokens: 101 };
  if (place.endsWith('/responses/input_tokens')) return { object: 'response.input_tokens', input_tokens: 102 };
  if (place.endsWith(':countTokens'))
    return { totalTokens: 103, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 103 }] };
  if (place.endsWith('/v2/embed')) return cohereVectors(body);
  if (place.endsWith('/embeddings')) return openaiVectors(body);
  return geminiVectors(place, body);
}

function openaiVectors({ input, model, encoding_format: encoding, dimensions }: Json): Json {
  const texts = Array.isArray(input) ? input : [input];
  const data = texts.map((text, index) => {
    const vector = vectorOf(String(text), Number(dimensions ?? 3));
    const embedding = encoding === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
    return { object: 'embedding', index, embedding };
  });
  return { object: 'list', data, model, usage: { prompt_tokens: 9, total_tokens: 9 } };
}

function cohereVectors({ texts }: Json): Json {
  const float = (texts as string[]).map((text) => vectorOf(text));
  return { id: 'fake', embeddings: { float }, texts, meta: { billed_units: { input_tokens: 8 } } };
}

interface GeminiInput {
  content: { parts: { text: string }[] };
  outputDimensionality?: number;
}

function geminiVectors(place: string, body: Json): Json | undefined {
  const values = ({ content, outputDimensionality }: GeminiInput) => ({
    values: vectorOf(content.parts.map(({ text }) => text).join(''), outputDimensionality),
  });
  if (place.endsWith(':embedContent')) return { embedding: values(body as unknown as GeminiInput) };
  if (!place.endsWith(':batchEmbedContents')) return undefined;
  return { embeddings: (body.requests as GeminiInput[]).map(values), usageMetadata: { promptTokenCount: 7 } };
}
