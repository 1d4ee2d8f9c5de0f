import { findPortHolder } from './port-holder.ts';
import { type Words, wordsIn } from './words.ts';

/** A start that cannot go on for a reason that the user can mend. The message is all they see; the process leaves with 2. */
export class StartFailure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StartFailure';
  }
}

interface Place {
  port: number;
  hostname: string;
  dataDirectory: string;
}

/** The code of an error of Node (`EADDRINUSE`), or an empty string. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

/** What to tell the user when the gateway could not open: one sentence that says what to do, or undefined for a fault of ours. */
export async function sentenceFor(thrown: unknown, place: Place, say: Words = wordsIn()): Promise<string | undefined> {
  return (
    (await addressSentence(thrown, place, say)) ?? fileSentence(codeOf(thrown), place, say) ?? gatewaySentence(thrown)
  );
}

async function addressSentence(thrown: unknown, { port, hostname }: Place, say: Words): Promise<string | undefined> {
  const code = codeOf(thrown);
  if (code === 'EADDRINUSE') {
    const holder = await findPortHolder(port);
    return holder ? say('start.portTakenBy', { port, holder }) : say('start.portTaken', { port });
  }
  const system = thrown instanceof Error && 'syscall' in thrown ? thrown.syscall : undefined;
  if (system !== 'listen' && system !== 'getaddrinfo') return undefined;
  if (code === 'EACCES') return say('start.portDenied', { port });
  return say('start.noAddress', { hostname, code });
}

/** Files beside the database, such as the journal; the database has sentences of its own. */
function fileSentence(code: string, { dataDirectory: path }: Place, say: Words): string | undefined {
  if (code === 'ENOSPC' || code === 'EDQUOT') return say('start.diskFull', { path });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return say('start.folderDenied', { path });
  }
  return undefined;
}

/** The gateway's own errors carry a sentence made for users; a host knows them by name only. */
function gatewaySentence(thrown: unknown): string | undefined {
  return thrown instanceof Error && thrown.name === 'GatewayError' ? thrown.message : undefined;
}
