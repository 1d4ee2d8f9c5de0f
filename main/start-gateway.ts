import { createServer } from 'node:net';
import type { Host, Logger } from '../gateway/host.ts';
import { findPortHolder } from '../gateway/hosting/port-holder.ts';
import { codeOf, sentenceFor } from '../gateway/hosting/start-failure.ts';
import { wordsIn } from '../gateway/hosting/words.ts';
import { createGateway, type Gateway, type GatewayOptions, openConnections } from '../gateway/index.ts';
import { createClient } from './client.ts';

interface TakenPort {
  port: number;
  holder: string | undefined;
  free: number;
  /** Names of the tools that are connected: with the other port they are pointed at it. */
  tools: string[];
}

export interface StartQuestions {
  /** What to do about a port that another program holds. `free` is one nearby that nobody has. */
  portTaken(taken: TakenPort): Promise<'retry' | 'other' | 'quit'>;
  /** Tells why the gateway cannot start, in a sentence for a person. */
  failed(sentence: string): Promise<'retry' | 'quit'>;
  /** Another port was chosen. */
  portChosen(port: number): void;
}

/** Starts the gateway, asking the person where only they can help. Null: they want to quit. Never another port unasked. */
export async function startGateway(
  host: Host,
  options: GatewayOptions,
  questions: StartQuestions,
): Promise<Gateway | null> {
  let { port } = options;
  for (;;) {
    try {
      const gateway = await createGateway(host, { ...options, port });
      if (port !== options.port) await repoint(gateway, host.log);
      return gateway;
    } catch (thrown) {
      const answer = codeOf(thrown) === 'EADDRINUSE' ? await askAboutPort(host, port, questions) : await tell(thrown);
      if (answer === 'quit') return null;
      if (answer === 'retry') continue;
      port = answer;
      questions.portChosen(port);
    }
  }

  async function tell(thrown: unknown): Promise<'retry' | 'quit'> {
    const words = wordsIn(host.language?.());
    const sentence = await sentenceFor(
      thrown,
      { port, hostname: options.hostname, dataDirectory: host.paths.data },
      words,
    );
    if (sentence === undefined) throw thrown;
    host.log.error('The gateway did not start.', { why: sentence });
    return questions.failed(sentence);
  }
}

/** Gives connected tools the present address. Those whose files cannot be changed are told of on the page that lists them. */
export async function repoint(gateway: Gateway, log: Logger): Promise<void> {
  const { tools } = await createClient(gateway).connections.repoint({});
  for (const { name, done, notes } of tools) {
    if (!done) log.warn(`${name} could not be given the new port.`, { why: notes.join(' ') });
  }
}

async function askAboutPort(host: Host, port: number, questions: StartQuestions): Promise<number | 'retry' | 'quit'> {
  const [holder, free, tools] = await Promise.all([
    findPortHolder(port),
    findFreePort(port + 1),
    connectedTools(host, port),
  ]);
  const answer = await questions.portTaken({ port, holder, free, tools });
  return answer === 'other' ? free : answer;
}

async function connectedTools(host: Host, port: number): Promise<string[]> {
  const connections = await openConnections(host, `http://127.0.0.1:${port}`);
  try {
    const tools = await connections.list();
    return tools.filter(({ connection }) => connection !== null).map(({ name }) => name);
  } finally {
    connections.close();
  }
}

/** The first one from `from` on that nobody listens on, of fifty; else any. */
async function findFreePort(from: number): Promise<number> {
  for (let port = from; port < from + 50 && port <= 65_535; port++) if (await isFree(port)) return port;
  return listenOnce(0);
}

function isFree(port: number): Promise<boolean> {
  return listenOnce(port).then(
    () => true,
    () => false,
  );
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
