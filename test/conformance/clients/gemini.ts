import {
  type Call,
  type Client,
  countIn,
  type Got,
  type Json,
  object,
  objects,
  only,
  type Part,
  type Stop,
  type Turn,
  textIn,
} from '../meaning.ts';
import { faultsOf } from '../schemas.ts';

const STOPS: Record<string, Stop> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'filter',
  PROHIBITED_CONTENT: 'filter',
  RECITATION: 'filter',
};

/** A client of Gemini's generateContent (https://ai.google.dev/api/generate-content). */
export const gemini: Client = {
  cannot: ['parallel', 'refusalText', 'stopSequence', 'isError', 'resultImage'],
  request(ask, { model, stream, key }) {
    const choice = ask.toolChoice;
    const mode = typeof choice === 'object' || choice === 'required' ? 'ANY' : choice?.toUpperCase();
    const body = only({
      systemInstruction: ask.system === undefined ? undefined : { parts: [{ text: ask.system }] },
      contents: ask.turns.map(writeTurn),
      tools: ask.tools && [
        { functionDeclarations: ask.tools.map(({ schema, ...tool }) => ({ ...tool, parametersJsonSchema: schema })) },
      ],
      toolConfig: mode && {
        functionCallingConfig: { mode, ...(typeof choice === 'object' && { allowedFunctionNames: [choice.name] }) },
      },
      generationConfig: only({
        maxOutputTokens: ask.maxTokens,
        temperature: ask.temperature,
        topP: ask.topP,
        stopSequences: ask.stop,
        responseMimeType: ask.schema || ask.json ? 'application/json' : undefined,
        responseJsonSchema: ask.schema?.schema,
        thinkingConfig: ask.effort && { thinkingLevel: ask.effort.toUpperCase(), includeThoughts: true },
      }),
    });
    const path = `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
    return { path, headers: { 'x-goog-api-key': key }, body };
  },
  readWhole: (status, body) => (status >= 300 ? readError(status, body) : read([body])),
  readStream(events) {
    const chunks = events.map(({ data }) => object(JSON.parse(data)));
    const error = chunks.find((chunk) => chunk.error !== undefined);
    return error === undefined ? read(chunks) : readError(200, error);
  },
};

function read(chunks: readonly Json[]): Got {
  const faults: string[] = [];
  const parts: Json[] = [];
  let reason = '';
  let usage: Json = {};
  let blocked = false;
  for (const chunk of chunks) {
    usage = isFilled(chunk.usageMetadata) ? object(chunk.usageMetadata) : usage;
    if (isFilled(chunk.usageMetadata))
      faults.push(...faultsOf('GenerateContentResponseUsageMetadata', chunk.usageMetadata));
    blocked ||= object(chunk.promptFeedback).blockReason !== undefined;
    for (const candidate of objects(chunk.candidates)) {
      faults.push(...faultsOf('Candidate', candidate));
      parts.push(...objects(object(candidate.content).parts));
      reason = textIn(candidate.finishReason) || reason;
    }
  }
  if (reason === '' && !blocked) faults.push('nothing says that it is finished');
  const textOf = (thought: boolean) =>
    parts
      .filter((part) => (part.thought === true) === thought)
      .map((part) => textIn(part.text))
      .join('');
  const signature = parts.map((part) => textIn(part.thoughtSignature)).find((one) => one !== '');
  const calls = parts.flatMap((part): Call[] => {
    if (part.functionCall === undefined) return [];
    const { id, name, args } = object(part.functionCall);
    return [
      {
        id: textIn(id),
        name: textIn(name),
        input: object(args),
        ...(textIn(part.thoughtSignature) !== '' && { signature: textIn(part.thoughtSignature) }),
      },
    ];
  });
  const reasoning = textOf(true);
  const stop = blocked ? 'filter' : STOPS[reason];
  const thoughts = countIn(usage.thoughtsTokenCount);
  return {
    status: 200,
    id: textIn(chunks[0]?.responseId),
    ...(textOf(false) !== '' && { text: textOf(false) }),
    ...(reasoning !== '' && { reasoning: { text: reasoning, ...(signature !== undefined && { signature }) } }),
    ...(calls.length > 0 && { calls }),
    ...(stop && { stop: stop === 'stop' && calls.length > 0 ? 'tools' : stop }),
    usage: {
      input: countIn(usage.promptTokenCount),
      output: countIn(usage.candidatesTokenCount) + thoughts,
      cacheRead: countIn(usage.cachedContentTokenCount),
      reasoning: thoughts,
    },
    faults: [...new Set(faults)],
  };
}

const isFilled = (value: unknown): boolean => Object.keys(object(value)).length > 0;

function readError(status: number, body: Json): Got {
  const { message, status: kind, code } = object(body.error);
  const faults =
    typeof message === 'string' && typeof kind === 'string' && typeof code === 'number'
      ? []
      : ['the error has another shape'];
  return { status, error: { message: textIn(message), kind: textIn(kind) }, faults };
}

function writeTurn(turn: Turn): Json {
  if (turn.role === 'user') return { role: 'user', parts: turn.parts.map(writePart) };
  if (turn.role === 'tool') {
    const parts = turn.results.map(({ id, name, text }) => ({
      functionResponse: { id, name, response: { output: text } },
    }));
    return { role: 'user', parts };
  }
  const { text, calls = [], reasoning } = turn;
  const said = text === undefined ? [] : [{ text }];
  const called = calls.map(({ id, name, input, signature }) => ({
    functionCall: { id, name, args: input },
    ...(signature !== undefined && { thoughtSignature: signature }),
  }));
  const thought =
    reasoning?.signature === undefined
      ? []
      : [{ text: reasoning.text, thought: true, thoughtSignature: reasoning.signature }];
  return { role: 'model', parts: [...thought, ...said, ...called] };
}

function writePart(part: Part): Json {
  if ('text' in part) return { text: part.text };
  if ('image' in part) return { inlineData: { mimeType: 'image/png', data: part.image } };
  if ('imageUrl' in part) return { fileData: { mimeType: 'image/png', fileUri: part.imageUrl } };
  return { inlineData: { mimeType: 'application/pdf', data: part.document } };
}
