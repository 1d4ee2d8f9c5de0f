import type { Tool } from '../tool.ts';
import { aider } from './aider.ts';
import { claudeCode } from './claude-code.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { continueDev } from './continue.ts';
import { geminiCli } from './gemini-cli.ts';
import { openaiSdk } from './openai-sdk.ts';
import { opencode } from './opencode.ts';
import { qwenCode } from './qwen-code.ts';
import { zed } from './zed.ts';

export const TOOLS: readonly Tool[] = [
  claudeCode,
  codex,
  geminiCli,
  opencode,
  qwenCode,
  continueDev,
  cline,
  aider,
  zed,
  openaiSdk,
];
