import { createHash } from 'node:crypto';
import type { DialectName } from '../chat.ts';

/** Longest name of an end user that OpenAI takes. Claude Code says some 150 characters. */
const LENGTH = 64;

/**
 * The name of the end user as it goes to OpenAI. It only tells users apart, and a hash does that as well; what a client of OpenAI's own
 * dialect says stays.
 */
export function endUser(user: string, dialect: DialectName): string {
  if (user.length <= LENGTH || dialect === 'openai-chat' || dialect === 'openai-responses') return user;
  return createHash('sha256').update(user).digest('hex');
}
