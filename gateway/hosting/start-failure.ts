import { findPortHolder } from './port-holder.ts';

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
export async function sentenceFor(thrown: unknown, place: Place): Promise<string | undefined> {
  return (await addressSentence(thrown, place)) ?? fileSentence(codeOf(thrown), place) ?? gatewaySentence(thrown);
}

async function addressSentence(thrown: unknown, { port, hostname }: Place): Promise<string | undefined> {
  const code = codeOf(thrown);
  if (code === 'EADDRINUSE') {
    const holder = await findPortHolder(port);
    return `Port ${port} is taken${holder ? ` by ${holder}` : ''}. Stop that program, or choose another port with --port.`;
  }
  const system = thrown instanceof Error && 'syscall' in thrown ? thrown.syscall : undefined;
  if (system !== 'listen' && system !== 'getaddrinfo') return undefined;
  if (code === 'EACCES') return `This user may not listen on port ${port}. Choose one above 1023 with --port.`;
  return `This machine cannot listen on ${hostname} (${code}). Use --host 127.0.0.1, or another address of this machine.`;
}

/** Files beside the database, such as the journal; the database has sentences of its own. */
function fileSentence(code: string, { dataDirectory }: Place): string | undefined {
  if (code === 'ENOSPC' || code === 'EDQUOT') return `The disk that holds ${dataDirectory} is full. Make room on it.`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `This user may not write what lies in ${dataDirectory}. Choose another folder with --data-dir.`;
  }
  return undefined;
}

/** The gateway's own errors carry a sentence made for users; a host knows them by name only. */
function gatewaySentence(thrown: unknown): string | undefined {
  return thrown instanceof Error && thrown.name === 'GatewayError' ? thrown.message : undefined;
}
