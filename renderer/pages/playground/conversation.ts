import type { PlaygroundEvent, PlaygroundInput } from '../../../contract/index.ts';
import { client } from '../../client.ts';
import { explainFailure } from '../../failure.ts';
import { createStore, keep, kept } from '../../store.ts';

type Done = Extract<PlaygroundEvent, { type: 'done' }>;

/** What one model said to one question. */
export interface Answer {
  model: string;
  text: string;
  state: 'answering' | 'done' | 'failed' | 'stopped';
  done?: Done;
  failure?: string;
}

/** A question and the answers to it, one a column. */
export interface Turn {
  text: string;
  images: string[];
  answers: (Answer | undefined)[];
}

const KEPT = 'playground';

/** The conversation outlives the page: it is there when one comes back to it, and after a reload. */
export const turns = createStore<readonly Turn[]>(recallTurns());
let ending = new AbortController();

/** Asks each model, with what was said in its own column so far. */
export async function ask(question: { text: string; images: string[] }, models: readonly string[]): Promise<void> {
  ending = new AbortController();
  const { signal } = ending;
  const before = turns.get();
  const answers = models.map((model): Answer => ({ model, text: '', state: 'answering' }));
  turns.set([...before, { ...question, answers }]);
  keepTurns();
  await Promise.all(models.map((model, column) => answer({ model, column, before, question, signal })));
  keepTurns();
}

export function stop(): void {
  ending.abort();
}

/** Begins anew; what it returns brings the conversation back. */
export function clear(): () => void {
  stop();
  const before = turns.get();
  const put = (next: readonly Turn[]) => {
    turns.set(next);
    keepTurns();
  };
  put([]);
  return () => put([...before, ...turns.get()]);
}

/** What a model in a column has been told, as the gateway wants it. */
export function messagesOf(past: readonly Turn[], column: number): PlaygroundInput['messages'] {
  return past.flatMap(({ text, images, answers }) => {
    const said = answers[column]?.text ?? '';
    const question = { role: 'user' as const, text, images };
    return said === '' ? [question] : [question, { role: 'assistant' as const, text: said }];
  });
}

interface Asking {
  model: string;
  column: number;
  before: readonly Turn[];
  question: { text: string; images: string[] };
  signal: AbortSignal;
}

async function answer({ model, column, before, question, signal }: Asking): Promise<void> {
  const change = (changes: Partial<Answer>) => changeLast(column, changes);
  try {
    const messages = [...messagesOf(before, column), { role: 'user' as const, ...question }];
    let text = '';
    for await (const event of await client.playground.chat({ model, messages }, { signal })) {
      if (event.type === 'text') {
        text += event.text;
        change({ text });
      } else if (event.type === 'done') change({ state: 'done', done: event });
      else change({ state: 'failed', failure: event.message });
    }
  } catch (error) {
    if (signal.aborted) change({ state: 'stopped' });
    else change({ state: 'failed', failure: explainFailure(error).advice });
  }
  if (signal.aborted) change({ state: 'stopped' });
}

function changeLast(column: number, changes: Partial<Answer>): void {
  const all = turns.get();
  const last = all.at(-1);
  if (last === undefined) return;
  const answers = last.answers.map((one, index) => (index === column && one ? { ...one, ...changes } : one));
  turns.set([...all.slice(0, -1), { ...last, answers }]);
}

/** Where there is no room for pictures, at least the words. */
function keepTurns(): void {
  const all = turns.get();
  if (keep(KEPT, all)) return;
  keep(
    KEPT,
    all.map((turn) => ({ ...turn, images: [] })),
  );
}

/** What was being answered when the page was left is not any more. */
function recallTurns(): Turn[] {
  const all = kept<Turn[]>(KEPT) ?? [];
  return all.map((turn) => ({ ...turn, answers: turn.answers.map((one) => one && stopped(one)) }));
}

function stopped(answer: Answer): Answer {
  return answer.state === 'answering' ? { ...answer, state: 'stopped' } : answer;
}
