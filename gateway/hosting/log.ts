import type { Writable } from 'node:stream';
import type { Logger } from '../host.ts';

/** One line an entry: time, level, sentence, facts as `name=value`. Line breaks inside are escaped, so no entry can forge another. */
export function createLog(output: Writable, now: () => Date = () => new Date()): Logger {
  const write = (level: string, message: string, facts: Record<string, unknown> = {}) => {
    const said = Object.entries(facts).map(
      ([name, value]) => ` ${name}=${JSON.stringify(plain(value)) ?? 'undefined'}`,
    );
    output.write(`${now().toISOString()} ${level} ${escapeControls(message)}${escapeControls(said.join(''))}\n`);
  };
  return {
    info: (message, facts) => write('info ', message, facts),
    warn: (message, facts) => write('warn ', message, facts),
    error: (message, facts) => write('error', message, facts),
  };
}

/** An error as a reader of the log needs it; JSON would make `{}` of it. */
function plain(value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}

function escapeControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
