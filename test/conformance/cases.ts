import type { Answer, Ask, Call, Result, Telling, Tool, Turn } from './meaning.ts';

/** One thing that a person would miss. */
export interface Case {
  /** What the client asks; `text` makes each question another one, so that none is answered from the cache. */
  ask(question: string): Ask;
  answer: Answer;
  /** Who is asked where it is not the ordinary model. */
  model?: 'thinker' | 'seer';
  /** Words of `cannot` of clients that have no way to ask for it. */
  asks?: string;
  /** What has to be somewhere in what the provider is sent. */
  carries?: string;
  /** Only providers that tell of it. */
  told?: Telling;
  /** What happens at the provider in the place of an answer. */
  breaks?: 'error' | 'middle' | 'cut';
  /** Not between speakers of one dialect, where ids are nobody's business but theirs. */
  isTranslated?: boolean;
  /** Nor between a client of Chat and those who speak its dialect in their own way. */
  isForeign?: boolean;
}

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64');
const CITY = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const TOOLS: Tool[] = [
  { name: 'get_weather', description: 'Tells the weather', schema: CITY },
  { name: 'get_time', description: 'Tells the time', schema: { type: 'object', properties: {} } },
];

const usage = { input: 210, output: 30 };
const plain: Answer = { text: 'Grüezi, “Zürich” 🏔 is\n\nfine.', stop: 'stop', usage };
const user = (text: string): Turn => ({ role: 'user', parts: [{ text }] });
const say = (question: string, more: Partial<Ask> = {}): Ask => ({ turns: [user(question)], ...more });

const calls: Call[] = [
  { id: 'call_one', name: 'get_weather', input: { city: 'Zürich "Nord"' } },
  { id: 'call_two', name: 'get_time', input: {} },
];

/** A proof as its makers' proofs look. */
export const SIGNATURE = Buffer.from('a signature of the conformance matrix, as long as one is').toString('base64');

const history = (question: string, ids: [string, string], more: Partial<Result> = {}): Turn[] => [
  user(question),
  {
    role: 'assistant',
    text: 'Let me look both up.',
    calls: calls.map((call, index) => ({ ...call, id: ids[index] ?? '' })),
  },
  {
    role: 'tool',
    results: [
      { id: ids[0], name: 'get_weather', text: 'Rain, 9 °C', ...more },
      { id: ids[1], name: 'get_time', text: '12:30' },
    ],
  },
];

/** The next turn of a client that ran the calls. */
export const answered = (ask: Ask, { text, reasoning, calls: made = [] }: Partial<Answer>): Ask => ({
  ...ask,
  turns: [
    ...ask.turns,
    { role: 'assistant', ...(text !== undefined && { text }), ...(reasoning && { reasoning }), calls: made },
    { role: 'tool', results: made.map(({ id, name }) => ({ id, name, text: 'done' })) },
  ],
});

const choose = (toolChoice: Ask['toolChoice'], answer: Answer = plain): Case => ({
  ask: (question) => say(question, { tools: TOOLS, ...(toolChoice !== undefined && { toolChoice }) }),
  answer,
});

const called: Answer = { text: 'Let me look both up.', calls, stop: 'tools', usage };
const one: Answer = { calls: calls.slice(0, 1), stop: 'tools', usage };

export const CASES: Record<string, Case> = {
  text: { ask: (question) => say(question, { system: 'You are brief.' }), answer: plain },
  'multi-turn': {
    ask: (question) => say(question, { turns: [user(question), { role: 'assistant', text: 'Yes?' }, user('Go on.')] }),
    answer: plain,
  },
  'output limit, temperature': {
    ask: (question) => say(question, { maxTokens: 500, temperature: 0.5 }),
    answer: plain,
  },
  'stop sequences': { ask: (question) => say(question, { stop: ['END', 'STOP'] }), answer: plain, asks: 'stop' },
  'parallel calls': choose(undefined, called),
  'results of calls': {
    ask: (question) => say(question, { turns: history(question, ['call_one', 'call_two']), tools: TOOLS }),
    answer: plain,
  },
  'tool choice: none': choose('none'),
  'tool choice: required': choose('required', one),
  'tool choice: a tool': choose({ name: 'get_weather' }, one),
  'one call at a time': {
    ask: (question) => say(question, { tools: TOOLS, parallel: false }),
    answer: one,
    asks: 'parallel',
  },
  image: {
    ask: (question) => say(question, { turns: [{ role: 'user', parts: [{ text: question }, { image: PNG }] }] }),
    answer: plain,
    model: 'seer',
  },
  document: {
    ask: (question) => say(question, { turns: [{ role: 'user', parts: [{ text: question }, { document: PDF }] }] }),
    answer: plain,
  },
  'structured output': {
    ask: (question) => say(question, { schema: { name: 'city', schema: CITY } }),
    answer: { ...plain, text: '{"city":"Zürich"}' },
  },
  'reasoning effort': { ask: (question) => say(question, { effort: 'high' }), answer: plain, model: 'thinker' },
  'reasoning text': {
    ask: (question) => say(question, { effort: 'high' }),
    answer: { ...plain, reasoning: { text: 'First I look at the map.' } },
    model: 'thinker',
    told: 'thoughts',
  },
  'stop reason: length': { ask: say, answer: { ...plain, stop: 'length' } },
  'cached tokens': { ask: say, answer: { ...plain, usage: { ...usage, cacheRead: 128 } }, told: 'cacheRead' },
  'tokens written to a cache': {
    ask: say,
    answer: { ...plain, usage: { ...usage, cacheRead: 64, cacheWrite: 100 } },
    told: 'cacheWrite',
  },
  'reasoning tokens': { ask: say, answer: { ...plain, usage: { ...usage, reasoning: 12 } }, told: 'reasoning' },
  'safety block': { ask: say, answer: { text: 'Half of', stop: 'filter', usage } },
  refusal: { ask: say, answer: { refusal: 'I cannot help with that.', stop: 'stop', usage }, told: 'refusal' },
  'call without a result': {
    ask(question) {
      const [asked, called, answered] = history(question, ['call_one', 'call_two']);
      const some = answered?.role === 'tool' ? answered.results.slice(0, 1) : [];
      const turns = [asked, called, { role: 'tool', results: some }, user('Never mind the time.')] as Turn[];
      return say(question, { turns, tools: TOOLS });
    },
    answer: plain,
    isTranslated: true,
    isForeign: true,
  },
  // Both ways: longer than OpenAI takes, and in letters that Anthropic does not.
  'odd ids of calls': {
    ask: (question) =>
      say(question, {
        turns: history(question, [`call.${'x'.repeat(70)}:1`, `call.${'x'.repeat(70)}:2`]),
        tools: TOOLS,
      }),
    isTranslated: true,
    answer: { ...called, calls: calls.map((call, index) => ({ ...call, id: `functions.${call.name}:${index}` })) },
  },
  // The client hands back what it was told, with results: the proof of the thought has to be with its maker again.
  'signatures go home': {
    ask: (question) => say(question, { effort: 'high', tools: TOOLS }),
    answer: { ...called, reasoning: { text: 'First I look at the map.', signature: SIGNATURE } },
    model: 'thinker',
    told: 'signature',
  },
  'picture in a result': {
    ask: (question) =>
      say(question, {
        turns: history(question, ['call_one', 'call_two'], { image: PNG }),
        tools: TOOLS,
      }),
    answer: plain,
    model: 'seer',
    asks: 'resultImage',
    carries: PNG,
  },
  'failed result': {
    ask: (question) =>
      say(question, { turns: history(question, ['call_one', 'call_two'], { isError: true }), tools: TOOLS }),
    answer: plain,
    asks: 'isError',
  },
  'provider error': { ask: say, answer: plain, breaks: 'error' },
  'error in mid-stream': { ask: say, answer: plain, breaks: 'middle' },
  'truncated stream': { ask: say, answer: plain, breaks: 'cut' },
};
