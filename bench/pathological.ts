import { STAMP } from './bodies.ts';

/** A body that is as bad as the body limit allows. `build` makes it when it is its turn: each is up to 32 MiB. */
export interface BadBody {
  name: string;
  build(model: string): Buffer;
}

const LIMIT = 32 * 1024 * 1024;
/** Leaves room below the limit for what stands around the filling. */
const ROOM = LIMIT - 4096;

/** A chat body whose one message holds `content`, a JSON text; `more` is JSON text of further members. */
function body(model: string, content: string, more = ''): Buffer {
  const start = `{"model":${JSON.stringify(model)},"user":"${STAMP}"${more},"messages":[{"role":"user","content":`;
  return Buffer.from(`${start}${content}}]}`);
}

function fill(piece: string, bytes = ROOM): string {
  return piece.repeat(Math.floor(bytes / Buffer.byteLength(piece)));
}

const question = '"Say yes."';

/** What a hostile or a merely careless client can send. */
export const BAD_BODIES: BadBody[] = [
  {
    name: 'one ASCII string',
    build: (model) => body(model, `"${fill('The quick brown fox jumps over the lazy dog. ')}"`),
  },
  { name: 'one Chinese string', build: (model) => body(model, `"${fill('网关把请求转给合适的模型')}"`) },
  { name: '20,000 × "a"', build: (model) => body(model, `"${'a'.repeat(20_000)}"`) },
  { name: 'one word of 32 MiB', build: (model) => body(model, `"${fill('a')}"`) },
  {
    name: 'arrays nested 60 deep, side by side',
    build: (model) => body(model, question, `,"metadata":{"x":[${fill(`${'['.repeat(60)}${']'.repeat(60)},`)}0]}`),
  },
  {
    name: 'arrays nested 16 million deep',
    build: (model) => body(model, question, `,"metadata":{"x":${'['.repeat(ROOM / 2)}${']'.repeat(ROOM / 2)}}`),
  },
  { name: 'millions of small numbers', build: (model) => body(model, question, `,"metadata":{"x":[${fill('7,')}7]}`) },
  {
    name: '100,000 messages',
    build: (model) => {
      const text =
        'Tell me more about the scheduler, please, and about its deadlines, in as few words as you can. '.repeat(3);
      const turn = (index: number) => `{"role":"${index % 2 === 0 ? 'user' : 'assistant'}","content":"${text}"}`;
      const turns = Array.from({ length: 100_001 }, (_, index) => turn(index)).join(',');
      return Buffer.from(`{"model":${JSON.stringify(model)},"user":"${STAMP}","messages":[${turns}]}`);
    },
  },
  { name: 'text full of escapes', build: (model) => body(model, `"${fill('\\"\\n\\\\\\u00e9\\t')}"`) },
  {
    name: 'a huge base64 image',
    build: (model) => {
      const image = `{"type":"image_url","image_url":{"url":"data:image/png;base64,${fill('iVBORw0KGgoAAAANSUhEUgAB')}"}}`;
      return body(model, `[{"type":"text","text":"What is this?"},${image}]`);
    },
  },
  { name: 'nothing but white space', build: (model) => body(model, `${fill('\n ')}${question}`) },
];
