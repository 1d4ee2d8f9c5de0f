import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { Logger } from '../gateway/host.ts';
import type { ReadConfiguration } from '../gateway/hosting/configuration.ts';
import { defaultDataDirectory, openDataDirectory } from '../gateway/hosting/data-directory.ts';
import { takeProviderSettings } from '../gateway/hosting/environment.ts';
import { createFileCipher } from '../gateway/hosting/key-file.ts';
import { createLog } from '../gateway/hosting/log.ts';
import { tidyOnceIdle } from '../gateway/hosting/memory.ts';
import { readOwnerToken } from '../gateway/hosting/owner-token.ts';
import { codeOf, StartFailure, sentenceFor } from '../gateway/hosting/start-failure.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../gateway/index.ts';
import type { ServeCommand } from './arguments.ts';
import { createNodeHost, readVersion } from './host.ts';
import { readyLine, readyText } from './output.ts';
import { createShutdown } from './shutdown.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const;

/** Runs the gateway until a signal ends the process. Throws `StartFailure` where it cannot start and the user can mend that. */
export async function serve(command: ServeCommand): Promise<void> {
  const { platform, env: environment } = process;
  const { hostname, port } = command;
  const log = createLog(process.stderr);
  const home = { platform, environment, home: homedir() };
  const dataDirectory = await openDataDirectory(command.dataDirectory ?? defaultDataDirectory(home));
  const ownerToken = await readOwnerToken(dataDirectory, environment, log);
  const configured = await readConfig(command.config, environment, log);
  const settings = takeProviderSettings(environment, port, log);
  const host = createNodeHost({ dataDirectory, cipher: await createFileCipher(dataDirectory, log), log });
  const options: GatewayOptions = {
    hostname,
    port,
    version: readVersion(),
    ownerToken,
    environmentKeys: [
      ...configured.keys,
      ...settings.environmentKeys.filter(({ provider }) => !configured.keys.some((key) => key.provider === provider)),
    ],
    baseUrls: { ...settings.baseUrls, ...configured.baseUrls },
    ...(configured.declared && { declared: configured.declared }),
  };
  const gateway = await createGateway(host, options).catch(async (thrown: unknown) => {
    const sentence = await sentenceFor(thrown, { port, hostname, dataDirectory });
    throw sentence === undefined ? thrown : new StartFailure(sentence, thrown);
  });

  const stop = createShutdown({ gateway, log, exit: (code) => process.exit(code), now: () => performance.now() });
  for (const signal of signals) process.on(signal, stop);
  if (environment.npm_lifecycle_event) stopWithoutParent(stop);
  const gatewayKey = makeKey(gateway, command.newKey);
  const variables = options.environmentKeys.map((taken) => taken.variable);
  const signInLink = gateway.createSignInLink();
  const readout = {
    url: gateway.url,
    gatewayKey,
    ownerToken,
    dataDirectory,
    signInLink,
    variables,
    demo: gateway.demo,
  };
  tidyOnceIdle(() => gateway.openStreams() === 0);
  process.stdout.write(command.json ? readyLine(readout) : readyText(readout));
  if (!isLoopback(hostname)) {
    log.warn(
      `Listening on ${hostname}: other machines can reach this gateway, unencrypted. Only its keys keep them out.`,
    );
  }
}

/** Nothing of it is loaded where there is no file. */
async function readConfig(
  path: string | undefined,
  environment: NodeJS.ProcessEnv,
  log: Logger,
): Promise<Partial<ReadConfiguration> & Pick<ReadConfiguration, 'keys'>> {
  if (path === undefined) return { keys: [] };
  const { readConfiguration } = await import('../gateway/hosting/configuration.ts');
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new StartFailure(`The configuration file ${path} cannot be read (${codeOf(thrown)}).`, thrown);
  });
  const read = readConfiguration(path, text, environment);
  for (const place of read.plain) log.warn(`${place} is a secret in plain text in ${path}. Better: { "env": "NAME" }.`);
  return read;
}

/** The shell between npm and this process dies of a signal without passing it on; the gateway must not go on unseen. */
function stopWithoutParent(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}

/** The first start makes a key without being asked, so that there is something to call with. */
function makeKey(gateway: Gateway, name: string | undefined): string | null {
  if (name === undefined && gateway.hasKeys()) return null;
  return gateway.createKey(name ?? 'default').key;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
