import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** A network without a way out, and processes that all end with the first one. Linux has it; containers often do not allow it. */
const NAMESPACES = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
const LOOPBACK_UP = 'ip link set lo up && exec "$@"';

/** Runs a script of ours where only loopback exists, or, where that cannot be, as it is. Gives the code that it ends with. */
export async function runAlone(script: string, arguments_: string[]): Promise<number> {
  const enclosure = enclosureHere();
  console.log(
    enclosure === undefined
      ? 'No namespaces can be had here: tools are kept to loopback by proxy variables alone, as far as they obey them.'
      : 'Loopback only: in a network namespace of its own.',
  );
  const [program = process.execPath, ...words] = [...(enclosure ?? []), process.execPath, script, ...arguments_];
  const child = spawn(program, words, { stdio: 'inherit', detached: true });
  // To the whole group: `unshare` itself is deaf to it, and the script tidies up.
  const stop = () => process.kill(-Number(child.pid), 'SIGTERM');
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGTERM', stop).off('SIGINT', stop);
  return code ?? 1;
}

/** The words before a command that enclose it; as root, or as root of a user namespace. */
function enclosureHere(): string[] | undefined {
  for (const more of [[], ['--map-root-user']]) {
    const words = ['unshare', ...NAMESPACES, ...more, 'sh', '-c', LOOPBACK_UP, 'sh'];
    const [program = '', ...rest] = [...words, 'true'];
    if (spawnSync(program, rest, { stdio: 'ignore' }).status === 0) return words;
  }
  return undefined;
}
