import { parseArgs } from 'node:util';
import { StartFailure } from '../gateway/hosting/start-failure.ts';
import { shown, suggest } from '../gateway/hosting/suggest.ts';

/** What the command line asks for. */
export type Command =
  | { name: 'help' }
  | { name: 'version' }
  | ConnectCommand
  | ExportCommand
  | ModelsCommand
  | ServeCommand;

/** Print the configuration as a file. */
export interface ExportCommand {
  name: 'export';
  /** Where a gateway may be running on that data. */
  port: number;
  dataDirectory: string | undefined;
}

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
  /** A configuration file. */
  config: string | undefined;
}

/** `models update` looks for new prices and takes them over, `models diff` only shows them; with two files it compares those. */
export interface ModelsCommand {
  name: 'models';
  action: 'update' | 'diff';
  /** None, or two. */
  files: string[];
  dataDirectory: string | undefined;
  json: boolean;
}

/** Tools on this machine: listed, pointed at the gateway, put back. */
export interface ConnectCommand {
  name: 'connect';
  action: 'list' | 'connect' | 'disconnect' | 'disconnectAll' | 'repoint';
  /** Id of the tool; empty where it is about all. */
  tool: string;
  /** What becomes of names of models that are built into it. */
  models: 'auto' | 'keep';
  /** Do not ask. */
  yes: boolean;
  json: boolean;
  /** Where a gateway is going to answer, if none runs. */
  port: number;
  dataDirectory: string | undefined;
}

export const defaultPort = 4556;

const options = {
  port: { type: 'string' },
  host: { type: 'string' },
  'data-dir': { type: 'string' },
  'new-key': { type: 'string' },
  config: { type: 'string' },
  models: { type: 'string' },
  list: { type: 'boolean' },
  all: { type: 'boolean' },
  repoint: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

const flags = Object.keys(options).map((name) => `--${name}`);
const commands = ['serve', 'models', 'config', 'connect', 'disconnect', 'help', 'version'];
/** Commands that take a word of their own. */
const taking = ['config', 'connect', 'disconnect'];

/** Reads what follows the script's name. Throws `StartFailure` with one sentence for anything it does not know. */
export function readArguments(argv: readonly string[], environment: NodeJS.ProcessEnv): Command {
  const given = readFlags(argv);
  const [command = 'serve', ...more] = given.words;
  if (command !== 'models' && more.length > (taking.includes(command) ? 1 : 0)) {
    throw new StartFailure(`One command at a time: ${shown(given.words.join(' '))}.`);
  }
  if (!commands.includes(command)) {
    throw new StartFailure(`There is no command "${shown(command)}". ${suggest(command, commands)}`);
  }
  if (command === 'help' || given.switches.has('help')) return { name: 'help' };
  if (command === 'version' || given.switches.has('version')) return { name: 'version' };
  const port = readPort(given.values.get('port'));
  const dataDirectory = given.values.get('data-dir') ?? (environment.LLM_GATEWAY_DATA_DIR || undefined);
  if (command === 'config') {
    if (more[0] !== 'export') throw new StartFailure('What can be done with the configuration is: config export.');
    return { name: 'export', port, dataDirectory };
  }
  if (command === 'connect' || command === 'disconnect') {
    return { ...readConnectCommand(command, more[0], given), port, dataDirectory };
  }
  if (command === 'models') return readModelsCommand(more, dataDirectory, given.switches.has('json'));
  return {
    name: 'serve',
    port,
    hostname: readHostname(given.values.get('host')),
    dataDirectory,
    json: given.switches.has('json'),
    newKey: readKeyName(given.values.get('new-key')),
    config: given.values.get('config'),
  };
}

function readModelsCommand(words: string[], dataDirectory: string | undefined, json: boolean): ModelsCommand {
  const [action, ...files] = words;
  const isCompared = action === 'diff' && files.length === 2;
  if ((action !== 'update' && action !== 'diff') || (files.length > 0 && !isCompared)) {
    throw new StartFailure('It is "models update", "models diff", or "models diff OLD.json NEW.json".');
  }
  return { name: 'models', action, files, dataDirectory, json };
}

function readConnectCommand(
  command: 'connect' | 'disconnect',
  tool: string | undefined,
  { switches, values }: Flags,
): Omit<ConnectCommand, 'port' | 'dataDirectory'> {
  const models = values.get('models') ?? 'keep';
  if (models !== 'auto' && models !== 'keep') throw new StartFailure('--models takes auto or keep.');
  const common = {
    name: 'connect',
    tool: tool ?? '',
    models,
    yes: switches.has('yes'),
    json: switches.has('json'),
  } as const;
  if (command === 'disconnect') {
    if ((tool === undefined) !== switches.has('all'))
      throw new StartFailure('It is "disconnect TOOL", or "disconnect --all".');
    return { ...common, action: tool === undefined ? 'disconnectAll' : 'disconnect' };
  }
  if (tool !== undefined) return { ...common, action: 'connect' };
  return { ...common, action: switches.has('repoint') ? 'repoint' : 'list' };
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
  config: '--config ./gateway.json',
  models: '--models auto',
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
