import { parseArgs } from 'node:util';
import { StartFailure } from '../gateway/hosting/start-failure.ts';

/** What the command line asks for. */
export type Command = { name: 'help' } | { name: 'version' } | ServeCommand;

export interface ServeCommand {
  name: 'serve';
  /** 0 asks the system for a free port. */
  port: number;
  hostname: string;
  /** Undefined: the platform's own place. */
  dataDirectory: string | undefined;
  /** One line of JSON on stdout instead of words. */
  json: boolean;
  /** Name of a gateway key to make at this start. */
  newKey: string | undefined;
}

export const defaultPort = 4556;

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  'data-dir': { type: 'string' },
  'new-key': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

const flags = Object.keys(options).map((name) => `--${name}`);
const commands = ['serve', 'help', 'version'];

/** Reads what follows the script's name. Throws `StartFailure` with one sentence for anything it does not know. */
export function readArguments(argv: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const given = readFlags(argv);
  if (given.words.length > 1) throw new StartFailure(`One command at a time: ${given.words.join(' ')}.`);
  const command = given.words[0] ?? 'serve';
  if (!commands.includes(command)) {
    throw new StartFailure(`There is no command "${shown(command)}". ${suggest(command, commands)}`);
  }
  if (command === 'help' || given.switches.has('help')) return { name: 'help' };
  if (command === 'version' || given.switches.has('version')) return { name: 'version' };
  return {
    name: 'serve',
    port: readPort(given.values.get('port')),
    hostname: readHostname(given.values.get('host')),
    dataDirectory: given.values.get('data-dir') ?? (environment.LLM_GATEWAY_DATA_DIR || undefined),
    json: given.switches.has('json'),
    newKey: readKeyName(given.values.get('new-key')),
  };
}

interface Flags {
  words: string[];
  values: Map<string, string>;
  switches: Set<string>;
}

/** `parseArgs` cuts the words; what is wrong with them is said here, in one sentence of our own. */
function readFlags(argv: readonly string[]): Flags {
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const given: Flags = { words: [], values: new Map(), switches: new Set() };
  for (const token of tokens) {
    if (token.kind === 'positional') given.words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.entries(options).find(([name]) => name === token.name);
    if (!option) throw new StartFailure(`There is no flag ${shown(token.rawName)}. ${suggest(token.rawName, flags)}`);
    if (option[1].type === 'boolean') {
      if (token.value !== undefined) throw new StartFailure(`${token.rawName} takes no value.`);
      given.switches.add(token.name);
    } else if (!token.value || (!token.inlineValue && token.value.startsWith('--'))) {
      throw new StartFailure(`${token.rawName} needs a value, as in ${examples[token.name] ?? token.rawName}.`);
    } else {
      given.values.set(token.name, token.value);
    }
  }
  return given;
}

const examples: Record<string, string> = {
  port: `--port ${defaultPort}`,
  host: '--host 127.0.0.1',
  'data-dir': '--data-dir ./data',
  'new-key': '--new-key laptop',
};

function readPort(text: string | undefined): number {
  if (text === undefined) return defaultPort;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) {
    throw new StartFailure(`--port takes a number from 0 (any free port) to 65535, and "${shown(text)}" is none.`);
  }
  return port;
}

function readHostname(text: string | undefined): string {
  if (text === undefined) return '127.0.0.1';
  // Brackets belong to URLs: the system wants `::1`.
  const hostname = text.replace(/^\[(.*)\]$/, '$1');
  if (!/^[\w.:%-]{1,253}$/.test(hostname)) {
    throw new StartFailure(`--host takes an address or a name of this machine, and "${shown(text)}" is neither.`);
  }
  return hostname;
}

function readKeyName(text: string | undefined): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is kept out.
  if (text !== undefined && (text.length > 64 || /[\u0000-\u001f\u007f]/.test(text) || text.trim() === '')) {
    throw new StartFailure('--new-key takes a name of at most 64 characters, such as the tool or machine it is for.');
  }
  return text?.trim();
}

function suggest(wrong: string, known: readonly string[]): string {
  const nearest = known
    .map((word) => ({ word, distance: distance(wrong.slice(0, 40), word) }))
    .sort((one, other) => one.distance - other.distance)[0];
  const near = nearest && nearest.distance <= Math.max(2, nearest.word.length / 3);
  return near ? `Did you mean ${nearest.word}?` : `Known are ${known.join(', ')}.`;
}

/** Levenshtein: how many letters to add, drop or change. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= other.length; column++) {
      const change = (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** What the user typed, fit for a terminal: short, and without control characters. */
function shown(text: string): string {
  return text.slice(0, 80).replaceAll(/\p{Cc}/gu, '?');
}
