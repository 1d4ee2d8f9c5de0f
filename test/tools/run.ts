import { spawn } from 'node:child_process';

interface RunOptions {
  cwd: string;
  environment: NodeJS.ProcessEnv;
  limitMs: number;
}

export interface Ran {
  /** Null: it was killed, as its time was over. */
  code: number | null;
  /** Both streams, as they came. */
  output: string;
}

/** Runs a program without a terminal; when the time is over, it and all that it started are killed. */
export function run(program: string, arguments_: string[], { cwd, environment, limitMs }: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, arguments_, {
      cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const kill = () => {
      try {
        process.kill(-(child.pid as number), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(kill, limitMs);
    child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (output += piece.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      kill();
      resolve({ code, output });
    });
  });
}
