import { createRandom, type Random } from './random.ts';

/** One step of an agent's session: what is added to the conversation before it, and how long the answer is. */
export interface Step {
  /** A new turn of the user; absent: results of the tools that the answer before it called. */
  ask?: string;
  /** Milliseconds since the step before. */
  pauseMs: number;
  answer: { text: string; outputTokens: number; thinks: boolean; tools: { id: string; path: string }[] };
  /** What the tools that this answer calls will return. */
  results: string[];
}

/** A session of a coding agent that speaks one dialect, from its first step to its last. */
export interface Session {
  name: string;
  dialect: 'anthropic' | 'openai-chat';
  id: string;
  system: string;
  steps: Step[];
}

const EASY = [
  'Rename the variable `foo` to `count` in this file.',
  'Translate the README into Spanish.',
  'What does this function return?',
  'Fix the typo in the heading.',
  'List the files in src.',
  'Thanks, that looks good. Bump the version to 1.2.0.',
  'Add a line to the changelog.',
] as const;
const MIDDLE = [
  'Add pagination to the list of users, with tests, and keep the API as it is.',
  'Write a script that reads the CSV and prints totals by month.',
  'Refactor this module so that reading and parsing are apart, and update its callers.',
] as const;
const HARD = [
  'This deadlocks under load with two writers and a reader: find the race condition, prove that your fix removes it, and show why the lock order matters.',
  'Design a lock-free concurrent hash map in Rust, argue its linearizability step by step, and derive its complexity bounds.',
  'The scheduler starves low priorities after an hour. Analyse the algorithm, prove where fairness breaks, and design a replacement with bounded waiting.',
] as const;

interface Plan {
  name: string;
  dialect: Session['dialect'];
  /** The difficulty of each turn of the user. */
  turns: string;
  thinks?: boolean;
  /** Turns before which the user was away for a while. */
  breaks?: number[];
  systemTokens?: number;
}

/** Ten: easy, hard, mixed; with and without thinking; with breaks that let caches go cold. `e`, `m`, `h`: how hard each turn is. */
const PLANS: readonly Plan[] = [
  { name: 'easy throughout', dialect: 'anthropic', turns: 'eeeeee' },
  { name: 'hard throughout', dialect: 'anthropic', turns: 'hhhhh' },
  { name: 'easy, then hard, thinking', dialect: 'anthropic', turns: 'eemhhhm', thinks: true },
  { name: 'hard, then easy', dialect: 'anthropic', turns: 'hhmeeeeeeee' },
  { name: 'hard with signed thinking', dialect: 'anthropic', turns: 'hmhmh', thinks: true },
  { name: 'easy throughout', dialect: 'openai-chat', turns: 'eeeeeeee' },
  { name: 'middling, with breaks', dialect: 'openai-chat', turns: 'mmemmem', breaks: [3, 5] },
  { name: 'easy, hard after a break', dialect: 'openai-chat', turns: 'eeeehhhh', breaks: [4] },
  { name: 'to and fro', dialect: 'openai-chat', turns: 'ehehehehe' },
  { name: 'long and middling', dialect: 'anthropic', turns: 'mmmmmmmmm', systemTokens: 18_000 },
];

const MIN_STEPS = 20;
const MAX_STEPS = 80;

/** The same ten sessions for the same seed. */
export function makeSessions(seed: number): Session[] {
  return PLANS.map((plan, index) => makeSession(plan, createRandom(seed + index * 7_919)));
}

function makeSession(plan: Plan, random: Random): Session {
  const steps: Step[] = [];
  const letters = [...plan.turns];
  const length = random.between(MIN_STEPS, MAX_STEPS);
  for (const [turn, letter] of letters.entries()) {
    const calls = Math.max(1, Math.round(length / letters.length + random.between(-2, 2)) - 1);
    const isAway = plan.breaks?.includes(turn) === true;
    for (let call = 0; call <= calls; call++) {
      const step = makeStep(random, { last: call === calls, thinks: plan.thinks === true });
      if (call === 0) step.ask = askOf(letter, random);
      step.pauseMs =
        call === 0 ? random.between(20_000, 120_000) + (isAway ? 1_200_000 : 0) : random.between(2_000, 15_000);
      if (steps.length < MAX_STEPS) steps.push(step);
    }
  }
  const tokens = plan.systemTokens ?? random.between(8_000, 14_000);
  return {
    name: plan.name,
    dialect: plan.dialect,
    id: `00000000-0000-4000-8000-${String(random.between(0, 99_999_999)).padStart(12, '0')}`,
    system: `You are a coding agent. ${prose(random, tokens)}`,
    steps,
  };
}

function askOf(letter: string, random: Random): string {
  return random.pick(letter === 'e' ? EASY : letter === 'm' ? MIDDLE : HARD);
}

function makeStep(random: Random, { last, thinks }: { last: boolean; thinks: boolean }): Step {
  const tools = last
    ? []
    : Array.from({ length: random.next() < 0.8 ? 1 : 2 }, () => ({
        id: `toolu_${String(random.between(0, 2 ** 31)).padStart(12, '0')}`,
        path: `src/${random.pick(['index', 'server', 'list', 'table', 'parse'])}.ts`,
      }));
  return {
    pauseMs: 0,
    answer: { text: prose(random, random.between(20, 200)), outputTokens: random.between(80, 600), thinks, tools },
    results: tools.map(() => prose(random, random.between(100, 1_800))),
  };
}

const WORDS = [
  'the',
  'file',
  'returns',
  'a',
  'list',
  'of',
  'rows',
  'when',
  'it',
  'is',
  'read',
  'by',
  'name',
  'and',
  'then',
  'line',
] as const;

function prose(random: Random, tokens: number): string {
  return Array.from({ length: tokens }, () => random.pick(WORDS)).join(' ');
}
