import {
  type Answer,
  type Ask,
  halves,
  type Json,
  object,
  objects,
  only,
  type Part,
  type Provider,
  sse,
  type Turn,
  textIn,
} from '../meaning.ts';

const STOPS = {
  stop: 'STOP',
  stopSequence: 'STOP',
  length: 'MAX_TOKENS',
  tools: 'STOP',
  filter: 'SAFETY',
  refusal: 'SAFETY',
};

export const gemini: Provider = {
  tells: ['cacheRead', 'reasoning', 'thoughts', 'signature'],
  read,
  whole: (answer, model) => writeChunk(writeParts(answer), answer, model, true),
  stream(answer, model) {
    const parts = writeParts(answer).flatMap((part): Json[] =>
      part.text === undefined ? [part] : halves(textIn(part.text)).map((text) => ({ ...part, text })),
    );
    return parts.map((part, index) => sse(writeChunk([part], answer, model, index === parts.length - 1)));
  },
  error: (message) => ({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }),
  broken: (message) => sse({ error: { code: 503, message, status: 'UNAVAILABLE' } }),
};

function writeParts({ text, reasoning, calls = [] }: Answer): Json[] {
  return [
    ...(reasoning ? [{ text: reasoning.text, thought: true }] : []),
    ...(text === undefined ? [] : [{ text }]),
    // The first call of a turn is signed.
    ...calls.map(({ id, name, input }, index) => ({
      functionCall: { id, name, args: input },
      ...(index === 0 && reasoning?.signature !== undefined && { thoughtSignature: reasoning.signature }),
    })),
  ];
}

function writeChunk(parts: Json[], { stop, usage }: Answer, model: string, isLast: boolean): Json {
  const { input, output, cacheRead, reasoning = 0 } = usage;
  return {
    candidates: [{ content: { role: 'model', parts }, index: 0, ...(isLast && { finishReason: STOPS[stop] }) }],
    usageMetadata: only({
      promptTokenCount: input,
      candidatesTokenCount: output - reasoning,
      thoughtsTokenCount: reasoning || undefined,
      cachedContentTokenCount: cacheRead,
      totalTokenCount: input + output,
    }),
    modelVersion: model,
    responseId: 'conformance-1',
  };
}

function read(body: Json): { seen: Ask; faults: string[] } {
  const contents = objects(body.contents);
  const config = object(body.generationConfig);
  const calling = object(object(body.toolConfig).functionCallingConfig);
  const [name] = Array.isArray(calling.allowedFunctionNames) ? (calling.allowedFunctionNames as unknown[]) : [];
  const mode = textIn(calling.mode);
  const thinking = object(config.thinkingConfig);
  const format = config.responseJsonSchema ?? config.responseSchema;
  const declared = objects(body.tools).flatMap((tool) => objects(tool.functionDeclarations));
  const seen = only({
    system:
      objects(object(body.systemInstruction).parts)
        .map(({ text }) => textIn(text))
        .join('\n') || undefined,
    turns: contents.flatMap(readContent),
    tools:
      body.tools === undefined
        ? undefined
        : declared.map((tool) => ({
            name: textIn(tool.name),
            description: textIn(tool.description),
            schema: object(tool.parametersJsonSchema ?? tool.parameters),
          })),
    toolChoice:
      name === undefined ? (mode === 'ANY' ? 'required' : mode.toLowerCase() || undefined) : { name: textIn(name) },
    maxTokens: config.maxOutputTokens,
    temperature: config.temperature,
    topP: config.topP,
    stop: config.stopSequences,
    effort: textIn(thinking.thinkingLevel).toLowerCase() || (thinking.thinkingBudget === undefined ? undefined : 'on'),
    schema: format === undefined ? undefined : { name: '', schema: object(format) },
    json: (config.responseMimeType === 'application/json' && format === undefined) || undefined,
  }) as Ask;
  return { seen, faults: pairingFaults(contents) };
}

/** As many results as calls, in the very next content, each with its name. */
function pairingFaults(contents: Json[]): string[] {
  return contents.flatMap(({ role, parts }, index) => {
    const names = (from: unknown, field: string) =>
      objects(from)
        .filter((part) => part[field] !== undefined)
        .map((part) => textIn(object(part[field]).name));
    const called = names(parts, 'functionCall');
    const answered = names(contents[index + 1]?.parts, 'functionResponse');
    const faults =
      called.length > 0 && called.join() !== answered.join()
        ? [`results of ${answered.join()} follow calls of ${called.join()}`]
        : [];
    return role === contents[index - 1]?.role ? [...faults, 'two contents of one role follow each other'] : faults;
  });
}

function readContent({ role, parts }: Json): Turn[] {
  const all = objects(parts);
  if (role === 'model') {
    const calls = all.flatMap(({ functionCall: call }) =>
      call === undefined
        ? []
        : [{ id: textIn(object(call).id), name: textIn(object(call).name), input: object(object(call).args) }],
    );
    return [
      {
        role: 'assistant',
        text: all.map(({ text, thought }) => (thought === true ? '' : textIn(text))).join(''),
        calls,
      },
    ];
  }
  return all.map((part): Turn => {
    if (part.functionResponse === undefined) return { role: 'user', parts: [readPart(part)] };
    const { id, name, response } = object(part.functionResponse);
    const { output, result, error } = object(response);
    const text = textIn(output ?? result ?? error) || JSON.stringify(response);
    return { role: 'tool', results: [{ id: textIn(id), name: textIn(name), text, isError: error !== undefined }] };
  });
}

function readPart({ text, inlineData }: Json): Part {
  const { mimeType, data } = object(inlineData);
  if (data === undefined) return { text: textIn(text) };
  return textIn(mimeType).startsWith('image/') ? { image: textIn(data) } : { document: textIn(data) };
}
