import {
  asCount,
  asObject,
  asText,
  asTexts,
  type Source,
  type SourceModel,
} from '../../gateway/models/sources/source.ts';

/** Ollama's models: free, their windows from the file of local models. */
export function readLocal(file: unknown): Source {
  const list = asObject(file).models;
  return new Map(
    (Array.isArray(list) ? list : []).map(asObject).map((entry) => {
      const can = new Set(asTexts(entry.capabilities));
      const contextTokens = asCount(entry.context_trained) ?? 4096;
      const model: SourceModel = {
        contextTokens,
        maxOutputTokens: contextTokens,
        input: can.has('vision') ? ['text', 'image'] : ['text'],
        output: ['text'],
        tools: can.has('tools'),
        structuredOutput: true,
        reasoning: can.has('thinking'),
        sampling: true,
        price: { input: 0, output: 0 },
      };
      return [`ollama/${asText(entry.id) ?? ''}`, model];
    }),
  );
}
