import { readdirSync, readFileSync } from 'node:fs';

/** Ends every process that was given this home, and gives their commands. Daemons leave their group, but keep their environment; Linux alone shows it. */
export function endLeftovers(home: string): string[] {
  const ended: string[] = [];
  for (let pids = pidsOf(home); pids.length > 0; pids = pidsOf(home)) {
    for (const pid of pids) {
      ended.push(read(pid, 'cmdline').split('\0').slice(0, 2).join(' '));
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }
  return [...new Set(ended)].filter((command) => command !== '');
}

const pidsOf = (home: string): number[] =>
  folders('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && read(pid, 'environ').split('\0').includes(`HOME=${home}`));

function folders(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Empty for what has ended, or is somebody else's. */
function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
