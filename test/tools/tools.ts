import type { FakeCall } from '../fake-echo.ts';

export type ProviderId = 'openai' | 'anthropic' | 'gemini';

export interface Cell {
  /** Whom the gateway has a key of. */
  provider: ProviderId;
  /** Whether the tool's own names of models are obeyed. */
  models: 'keep' | 'auto';
  /** Arguments beside those of every turn. */
  more?: string[];
}

/** A command-line tool, and how it is run where nobody sits in front of it. */
export interface CommandLineTool {
  /** As in `connect codex`. */
  id: string;
  name: string;
  /** On npm. */
  package: string;
  /** The file in `node_modules/.bin`. */
  command: string;
  /** What runs one turn, prints the answer and ends. */
  turn(prompt: string): string[];
  /** What keeps it from calling home, and from asking. */
  environment: Record<string, string>;
  /** Its tools that read a file, by name, the first that it offers is called. */
  reads: Record<string, (path: string) => FakeCall['arguments']>;
  cells: readonly Cell[];
}

const anywhere: CommandLineTool['cells'] = [
  { provider: 'openai', models: 'auto' },
  { provider: 'anthropic', models: 'auto' },
];

const execute = (path: string) => `text((await tools.exec_command({ cmd: 'cat ${path}' })).output)`;

export const COMMAND_LINE_TOOLS: readonly CommandLineTool[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    package: '@anthropic-ai/claude-code',
    command: 'claude',
    turn: (prompt) => ['-p', prompt, '--allowedTools', 'Read'],
    environment: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1', DISABLE_AUTOUPDATER: '1' },
    reads: { Read: (path) => ({ file_path: path }) },
    cells: [
      { provider: 'anthropic', models: 'keep' },
      { provider: 'openai', models: 'auto' },
    ],
  },
  {
    id: 'codex',
    name: 'Codex',
    package: '@openai/codex',
    command: 'codex',
    // The sandbox needs namespaces, which containers mostly do not give; all that runs here is `cat`.
    turn: (prompt) => ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt],
    environment: {},
    reads: {
      // The newest models' one tool takes free text; through other dialects it is a function whose name holds its namespace.
      'functions.exec': execute,
      'functions_--_exec': (path) => ({ input: execute(path) }),
      exec_command: (path) => ({ cmd: `cat ${path}` }),
      shell_command: (path) => ({ command: `cat ${path}` }),
      shell: (path) => ({ command: ['cat', path] }),
    },
    cells: [
      { provider: 'openai', models: 'keep' },
      { provider: 'openai', models: 'keep', more: ['-m', 'gpt-5.4'] },
      { provider: 'anthropic', models: 'auto', more: ['-m', 'gpt-5.4'] },
      { provider: 'anthropic', models: 'auto' },
    ],
  },
  {
    id: 'gemini-cli',
    name: 'Gemini CLI',
    package: '@google/gemini-cli',
    command: 'gemini',
    turn: (prompt) => ['-p', prompt, '--approval-mode', 'yolo', '--skip-trust'],
    environment: { GEMINI_TELEMETRY_ENABLED: 'false' },
    reads: { read_file: (path) => ({ file_path: path }) },
    cells: [
      { provider: 'gemini', models: 'keep' },
      { provider: 'anthropic', models: 'auto' },
    ],
  },
  {
    id: 'opencode',
    name: 'OpenCode',
    package: 'opencode-ai',
    command: 'opencode',
    turn: (prompt) => ['run', prompt],
    environment: {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    },
    reads: { read: (path) => ({ filePath: path }) },
    cells: anywhere,
  },
  {
    id: 'qwen-code',
    name: 'Qwen Code',
    package: '@qwen-code/qwen-code',
    command: 'qwen',
    turn: (prompt) => ['-p', prompt, '--approval-mode', 'yolo'],
    environment: { QWEN_TELEMETRY_ENABLED: 'false' },
    reads: { read_file: (path) => ({ file_path: path }) },
    cells: anywhere,
  },
  {
    id: 'continue',
    name: 'Continue',
    package: '@continuedev/cli',
    command: 'cn',
    turn: (prompt) => ['-p', prompt, '--auto'],
    environment: { CONTINUE_TELEMETRY_ENABLED: '0', CONTINUE_ALLOW_ANONYMOUS_TELEMETRY: '0' },
    reads: { Read: (path) => ({ filepath: path }) },
    cells: anywhere,
  },
  {
    id: 'cline',
    name: 'Cline',
    package: 'cline',
    command: 'cline',
    turn: (prompt) => [prompt],
    environment: { CLINE_TELEMETRY_DISABLED: '1', CLINE_NO_AUTO_UPDATE: '1' },
    reads: { read_files: (path) => ({ files: [{ path }] }), read_file: (path) => ({ path }) },
    cells: anywhere,
  },
];
