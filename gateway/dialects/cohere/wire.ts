import type { ChatRequest, DialectName, FinishReason, JsonObject, Loss } from '../../chat.ts';
import type { TargetModel } from '../dialect.ts';

/** Cohere's Chat API, version 2 (https://docs.cohere.com/reference/chat, read 2026-11). Spoken to providers only. */
export const NAME = 'cohere' satisfies DialectName;

/** What every writer of a request carries along. */
export interface Writing {
  request: ChatRequest;
  target: TargetModel;
  lose(field: string, why: string): void;
}

interface Losses {
  lose(field: string, why: string): void;
  /** In the order found; the same one is said once. */
  list: Loss[];
}

export function createLosses(): Losses {
  const list: Loss[] = [];
  return {
    list,
    lose(field, why) {
      if (!list.some((loss) => loss.field === field && loss.why === why)) list.push({ field, why });
    },
  };
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const REASONS: Record<string, FinishReason> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stopSequence',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'toolCalls',
  ERROR_TOXIC: 'contentFilter',
};

/** Words for an end that is none. */
export const FAILURES: ReadonlySet<string> = new Set(['ERROR', 'ERROR_LIMIT', 'TIMEOUT', 'USER_CANCEL']);
