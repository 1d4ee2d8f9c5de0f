import { createInterface } from 'node:readline/promises';
import type { ConnectedTool, ConnectOutcome, ConnectPreview, ConnectResult } from '../contract/index.ts';
import { StartFailure } from '../gateway/hosting/start-failure.ts';
import { GatewayError, openConnections } from '../gateway/index.ts';
import type { ConnectCommand } from './arguments.ts';
import { type Ask, aloneOrRunning } from './running.ts';

type Models = ConnectCommand['models'];

/** What is asked of the tools, whether a gateway runs or not. */
interface Tools {
  list(): Promise<ConnectedTool[]>;
  preview(id: string, action: 'connect' | 'disconnect', models: Models): Promise<ConnectPreview>;
  connect(id: string, options: { models: Models; plan: string }): Promise<ConnectResult>;
  disconnect(id: string): Promise<ConnectOutcome>;
  disconnectAll(): Promise<ConnectOutcome[]>;
  repoint(): Promise<ConnectOutcome[]>;
}

/** Points tools at the gateway and puts them back. Gives the exit code. */
export async function connect(command: ConnectCommand): Promise<number> {
  return aloneOrRunning(
    command.dataDirectory,
    async (host) => {
      const tools = await openConnections(host, `http://127.0.0.1:${command.port}`);
      try {
        return await run(command, tools);
      } catch (thrown) {
        throw thrown instanceof GatewayError ? new StartFailure(thrown.message, thrown) : thrown;
      } finally {
        tools.close();
      }
    },
    (ask) => run(command, overApi(ask)),
  );
}

function overApi(ask: Ask): Tools {
  const all = async <Item>(answer: Promise<{ tools: Item[] }>) => (await answer).tools;
  return {
    list: () => all(ask('GET', '/connections')),
    preview: (id, action, models) => ask('POST', `/connections/${encodeURIComponent(id)}/preview`, { action, models }),
    connect: (id, options) => ask('POST', `/connections/${encodeURIComponent(id)}`, options),
    disconnect: (id) => ask('DELETE', `/connections/${encodeURIComponent(id)}`),
    disconnectAll: () => all(ask('POST', '/connections/disconnect-all', {})),
    repoint: () => all(ask('POST', '/connections/repoint', {})),
  };
}

async function run(command: ConnectCommand, tools: Tools): Promise<number> {
  const say = (value: unknown, lines: string[]) =>
    process.stdout.write(command.json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
  if (command.action === 'list') {
    const list = await tools.list();
    say(
      list,
      list.map(({ id, sentence }) => `${id.padEnd(13)}${sentence}`),
    );
    return 0;
  }
  if (command.action === 'connect' || command.action === 'disconnect') return one(command, tools, say);
  const outcomes = await (command.action === 'repoint' ? tools.repoint() : tools.disconnectAll());
  say(outcomes, outcomes.length === 0 ? ['No tool is connected.'] : outcomes.flatMap(outcomeLines));
  return outcomes.every(({ done }) => done) ? 0 : 1;
}

async function one(
  { action, tool: id, models, yes, json }: ConnectCommand,
  tools: Tools,
  say: (value: unknown, lines: string[]) => void,
): Promise<number> {
  const isConnecting = action === 'connect';
  const preview = await tools.preview(id, isConnecting ? 'connect' : 'disconnect', models);
  if (!json) process.stdout.write(`${previewLines(preview).join('\n')}\n`);
  if (!yes && !(await agreed())) return 1;
  if (!isConnecting) {
    const outcome = await tools.disconnect(id);
    say(outcome, outcomeLines(outcome));
    return 0;
  }
  const result = await tools.connect(id, { models, plan: preview.plan });
  const { builtInNames, sentence } = result.tool;
  const kept = builtInNames && models === 'keep';
  const hint = `It gets the models that it asks for. With --models auto the gateway chooses the cheapest that is good enough.`;
  say(result, [sentence, ...result.steps, ...(kept ? [hint] : [])]);
  return 0;
}

/** Asks the person, where there is one. */
async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new StartFailure('Nothing was changed. Add --yes to do it.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Do it? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

const signs = { same: ' ', added: '+', removed: '-', skipped: '…' };

function previewLines({ files, notes }: ConnectPreview): string[] {
  const diffs = files.flatMap(({ path, change, lines }) => [
    `${path} (${change === 'none' ? 'stays as it is' : `is ${change}`})`,
    ...lines.map(({ kind, text }) => `  ${signs[kind]} ${text}`.trimEnd()),
    '',
  ]);
  return [...diffs, ...notes];
}

function outcomeLines({ name, done, notes }: ConnectOutcome): string[] {
  return [`${name}: ${done ? 'done.' : 'not done.'}`, ...notes.map((note) => `  ${note}`)];
}
