import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The core of the load generator and the provider, and the core of whatever is measured. */
export const LOAD_CORE = 0;
export const TARGET_CORE = 1;

/** Ticks a second in which Linux counts a process's time (USER_HZ, 100 on every platform that Node runs on). */
const TICKS_PER_MS = 0.1;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function hasTaskset(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Whether processes can be held on a core (Linux with `taskset`). Elsewhere the bench runs unpinned and says so. */
export const canPin = hasTaskset();

/** Holds the bench itself, all its threads, on the load generator's core. */
export function pinSelf(): void {
  if (canPin) execFileSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });
}

interface ChildOptions {
  arguments: string[];
  core: number;
  /** Undefined takes a variable of the bench's own away. */
  environment?: Record<string, string | undefined>;
  directory?: string;
  /** False: no channel to the child, for one that should start as it does in real life. */
  channel?: boolean;
}

/** A process of the bench: a Node of this very version, on one core. It never outlives the bench. */
export interface Child {
  pid: number;
  send(message: unknown): void;
  /** The first message for which `pick` returns something. Rejects after 15 s, or when the child ends. */
  message<T>(pick: (message: Record<string, unknown>) => T | undefined): Promise<T>;
  /** The first line of its stdout that starts with `{`, within 15 s. */
  jsonLine(): Promise<Record<string, unknown>>;
  /** Milliseconds of CPU, user and system, since its start; null where the system does not tell. */
  cpuMs(): number | null;
  /** Resident memory in MiB; null where the system does not tell. */
  residentMib(): number | null;
  stop(): Promise<void>;
}

const PATIENCE_MS = 15_000;

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

function cpuMs(pid: number): number | null {
  const stat = readProc(pid, 'stat');
  if (stat === null) return null;
  // Fields 14 and 15 of proc(5), counted behind the command name, which may itself hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_MS;
}

function residentMib(pid: number): number | null {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readProc(pid, 'status') ?? '')?.[1];
  return kib === undefined ? null : Number(kib) / 1024;
}

/** Waits for what `listen` resolves, but no longer than the child lives and 15 s. */
function await15<T>(child: ChildProcess, complain: () => string, listen: (resolve: (value: T) => void) => () => void) {
  return new Promise<T>((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      unlisten();
      child.off('exit', fail);
    };
    const fail = () => {
      settle();
      reject(new Error(complain()));
    };
    const timer = setTimeout(fail, PATIENCE_MS);
    child.once('exit', fail);
    const unlisten = listen((value) => {
      settle();
      resolve(value);
    });
    if (child.exitCode !== null) fail();
  });
}

/** Starts `node …arguments`. */
export function startChild(options: ChildOptions): Child {
  const command = [process.execPath, ...options.arguments];
  const [file = process.execPath, ...rest] = canPin ? ['taskset', '-c', String(options.core), ...command] : command;
  const channel = options.channel ?? true;
  const child = spawn(file, rest, {
    cwd: options.directory,
    env: { ...process.env, ...options.environment },
    stdio: channel ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.on('error', () => running.delete(child));

  let output = '';
  let trouble = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < 65_536) output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    trouble = (trouble + text).slice(-2000);
  });
  const complain = () => `${options.arguments.join(' ')} did not become ready.\n${trouble || output.slice(-2000)}`;
  const pid = child.pid ?? 0;

  return {
    pid,
    send: (message) => void child.send(message as object),
    message: (pick) =>
      await15(child, complain, (resolve) => {
        const listener = (message: unknown) => {
          const picked = pick(message as Record<string, unknown>);
          if (picked !== undefined) resolve(picked);
        };
        child.on('message', listener);
        return () => child.off('message', listener);
      }),
    jsonLine: () =>
      await15(child, complain, (resolve) => {
        const look = () => {
          const line = /^\{.*\}$/m.exec(output)?.[0];
          if (line !== undefined) resolve(JSON.parse(line) as Record<string, unknown>);
        };
        child.stdout?.on('data', look);
        return () => child.stdout?.off('data', look);
      }),
    cpuMs: () => cpuMs(pid),
    residentMib: () => residentMib(pid),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null || pid === 0) return resolve();
        const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
        child.once('exit', () => {
          clearTimeout(timer);
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
}
