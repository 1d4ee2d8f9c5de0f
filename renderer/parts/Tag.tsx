import type { ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'strong';

/** A word in a tinted frame: a state or a kind. */
export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className="tag" data-tone={tone}>
      {children}
    </span>
  );
}
