import { join } from 'node:path';
import type { Surroundings } from '../host.ts';
import type { Entry, FormatName, Path } from './formats/index.ts';

/** Where a tool is to call, and with which gateway key. */
export interface Target {
  /** Such as `http://127.0.0.1:4556`. */
  url: string;
  key: string;
}

/** A file of a tool's own configuration. */
export interface ToolFile {
  path: string;
  format: FormatName;
  /** What is set in it. */
  entries(target: Target): Entry[];
  /** What a file holds that is not there yet. */
  fresh?: string;
  /** Where the address stands that the tool calls; absent where the file names none. */
  address?: Path;
  /** What must stand so that the tool calls that address and no other. */
  selects?: Entry;
}

/** A program that can be pointed at the gateway. */
export interface Tool {
  /** As in `connect codex`, and as routing knows it. */
  id: string;
  name: string;
  /** Names of its program: found in PATH, it is installed. */
  commands: readonly string[];
  /** Folders that it makes: one is there, and it is installed. */
  folders(user: Surroundings): string[];
  /** Empty: it has no file that can be written. */
  files(user: Surroundings): ToolFile[];
  /** Names of models are built into it: they can be routed as `auto`. */
  builtInNames: boolean;
  /** What remains to be done by hand. */
  steps(target: Target): string[];
}

/** In the place of a gateway key that is not made yet: as long as one, so that a preview is what will be written. */
export const FUTURE_KEY = `gw_${'x'.repeat(43)}`;

/** The models that a tool is told of. Windows are those that the common models of today have at least. */
export const MODELS = [
  { id: 'auto', name: 'LLM Gateway: auto' },
  { id: 'auto:economy', name: 'LLM Gateway: economy' },
  { id: 'auto:quality', name: 'LLM Gateway: quality' },
] as const;
export const CONTEXT_TOKENS = 200_000;
export const OUTPUT_TOKENS = 32_000;

/** A folder that a variable may move: tools ignore an empty variable. */
export function folderOf({ environment, home }: Surroundings, variable: string, ...standard: string[]): string {
  return environment[variable] || join(home, ...standard);
}
