import { STAMP_DIGITS } from './load.ts';

/** A chat body as JSON text. Its first user message begins with a stamp that makes each request unlike the others. */
interface ChatBodyOptions {
  model: string;
  /** About this many bytes. */
  bytes: number;
  stream?: boolean;
}

/** Stands in a body where the stamp goes. */
export const STAMP = '0'.repeat(STAMP_DIGITS);

const PROSE =
  'The scheduler picks the next job by its deadline, then by its age — a job that has waited longer than a minute goes first. ' +
  'When two workers ask at once, the store answers one of them and tells the other to wait; "wait" means half a second here. ';

const CODE =
  'export function nextJob(queue: Job[], now: number): Job | null {\n  const late = queue.filter((job) => now - job.since > 60_000);\n' +
  '  if (late.length > 0) return oldest(late);\n  return queue.reduce((a, b) => (a.deadline < b.deadline ? a : b), queue[0] ?? null);\n}\n';

function text(source: string, length: number): string {
  return source.repeat(Math.ceil(length / source.length)).slice(0, length);
}

interface Turn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/**
 * A conversation about code, such as a coding tool sends: short turns, and among them pasted files of 2 and 12 KB.
 * Mostly ASCII with a typographic dash now and then, as people and models write.
 */
function conversation(bytes: number): Turn[] {
  const turns: Turn[] = [
    { role: 'system', content: 'You are a careful assistant for a team that maintains a job scheduler.' },
  ];
  turns.push({ role: 'user', content: `${STAMP} Why is the job that I sent first still waiting?` });
  const lengths = bytes < 4096 ? [180] : [300, 2000, 500, 12_000];
  let size = JSON.stringify(turns).length + 160;
  for (let index = 0; size < bytes; index++) {
    const length = Math.min(lengths[index % lengths.length] ?? 300, bytes - size);
    const content = text(length >= 1500 ? CODE : PROSE, length);
    const turn: Turn = { role: index % 2 === 0 ? 'assistant' : 'user', content };
    turns.push(turn);
    size += JSON.stringify(turn).length + 1;
  }
  if (turns.at(-1)?.role === 'assistant') turns.push({ role: 'user', content: 'And now?' });
  return turns;
}

export function chatBody(options: ChatBodyOptions): string {
  return JSON.stringify({
    model: options.model,
    messages: conversation(options.bytes),
    max_completion_tokens: 512,
    ...(options.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  });
}
