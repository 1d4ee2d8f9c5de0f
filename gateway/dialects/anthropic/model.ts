import type { TargetModel } from '../dialect.ts';

/** What a Claude model takes, told from the registry where it says so and from the version in its name elsewhere. */
export interface Traits {
  /** How thinking is asked for: by a budget, by leaving it to the model, or not at all. */
  thinking: 'budget' | 'adaptive' | 'none';
  /** Whether a budget is taken, alone or beside `adaptive`. */
  budget: boolean;
  /** How thinking is switched off; `never` where the model always thinks. */
  off: 'omit' | 'disabled' | 'between_tools' | 'never';
  /** Whether a call of a tool can be forced. */
  forcedTools: boolean;
  /** Words that `output_config.effort` takes, weakest first; empty where the model has none. */
  efforts: readonly string[];
  /** Whether `temperature`, `top_p` and `top_k` are taken. */
  sampling: boolean;
  /** Whether `output_config.format` and strict tools are taken. */
  structured: boolean;
  /** Whether `messages` may hold system messages. */
  systemInMessages: boolean;
}

/** Family is optional because older names put it last: `claude-3-7-sonnet-20250219`. A date is no minor version. */
const NAME = /claude-(?:([a-z]+)-)?(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?(?:-([a-z]+))?/;

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];

/**
 * Sources, read 2026-11: https://platform.claude.com/docs/en/build-with-claude/thinking,
 * https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages,
 * https://openrouter.ai/docs/cookbook/evaluate-and-optimize/model-migrations/claude-5-5. A name that holds no version is
 * taken for a model with a thinking budget, the form that compatible servers know.
 */
export function traitsOf(target: TargetModel): Traits {
  const match = NAME.exec(target.name);
  if (!match) {
    const thinks = target.reasoningEfforts?.length !== 0;
    return {
      thinking: thinks ? 'budget' : 'none',
      budget: thinks,
      off: 'omit',
      forcedTools: true,
      efforts: [],
      sampling: target.sampling ?? true,
      structured: true,
      systemInMessages: false,
    };
  }
  const family = match[1] ?? match[4] ?? '';
  const version = Number(match[2]) * 100 + Number(match[3] ?? 0);
  const off = offForm(family, version);
  return {
    thinking: version < 307 ? 'none' : version < 406 ? 'budget' : 'adaptive',
    budget: version >= 307 && version <= 406,
    off,
    // https://platform.claude.com/docs/en/models/sonnet-5-5/whats-new-sonnet-5-5#forced-tool-use-is-not-supported, and likewise for Opus.
    forcedTools: off !== 'never' && version < 505,
    efforts: efforts(target, version),
    sampling: target.sampling ?? version < 407,
    structured: version >= 405 || (version === 401 && family === 'opus'),
    systemInMessages: version >= 500 || (version === 408 && family === 'opus'),
  };
}

function offForm(family: string, version: number): Traits['off'] {
  if (family === 'fable' || family === 'mythos') return 'never';
  // Since the fifth generation models think unless told not to; before it `disabled` is not taken everywhere.
  if (version < 500) return 'omit';
  if (version >= 505 && family === 'opus') return 'never';
  return version >= 505 && family === 'sonnet' ? 'between_tools' : 'disabled';
}

function efforts(target: TargetModel, version: number): readonly string[] {
  if (version < 406) return [];
  const known = EFFORTS.filter((effort) => target.reasoningEfforts?.includes(effort));
  if (known.length > 0) return known;
  return version === 406 ? ['low', 'medium', 'high', 'max'] : EFFORTS;
}
