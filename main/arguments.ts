import { parseArgs } from 'node:util';

/** What the command line says: the same words as those of the headless host, where both have them. */
export interface Arguments {
  dataDirectory: string | undefined;
  /** For this run; it stands before the one of the preferences. */
  port: number | undefined;
  /** Start in the tray, as at login. */
  hidden: boolean;
}

/** Chromium has flags of its own and systems add more, so that what is not known is left alone. */
export function readArguments(argv: readonly string[], environment: NodeJS.ProcessEnv): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: { 'data-dir': { type: 'string' }, port: { type: 'string' }, hidden: { type: 'boolean' } },
    strict: false,
    allowPositionals: true,
  });
  const directory = values['data-dir'];
  const port = typeof values.port === 'string' && /^\d{1,5}$/.test(values.port) ? Number(values.port) : undefined;
  return {
    dataDirectory: (typeof directory === 'string' && directory) || environment.LLM_GATEWAY_DATA_DIR || undefined,
    port: port !== undefined && port <= 65_535 ? port : undefined,
    hidden: values.hidden === true,
  };
}
