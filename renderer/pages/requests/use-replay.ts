import { useEffect, useRef, useState } from 'react';
import type { CapturedPart, CaptureInfo, PlaygroundEvent, PlaygroundInput } from '../../../contract/index.ts';
import { client } from '../../client.ts';
import { explainFailure } from '../../failure.ts';

type Messages = PlaygroundInput['messages'];

/** What another model said to a prompt that was kept. */
export interface Replayed {
  text: string;
  isAnswering: boolean;
  done?: Extract<PlaygroundEvent, { type: 'done' }>;
  failure?: string;
}

const roles = { system: 'system', developer: 'system', user: 'user', tool: 'user', assistant: 'assistant' } as const;

/** A prompt as a chat in words: calls of tools and their results are told, tools themselves are not offered. */
export function messagesOf({ messages }: Pick<CaptureInfo, 'messages'>): Messages {
  return (messages ?? []).flatMap(({ role, parts }) => {
    const text = textOf(parts);
    const images = parts.flatMap(({ image }) => (image?.startsWith('data:image/') ? [image] : []));
    return text === '' && images.length === 0 ? [] : [{ role: roles[role], text, images: images.slice(0, 8) }];
  });
}

/** What is said in words; reasoning is nobody's to repeat. */
export function textOf(parts: readonly CapturedPart[]): string {
  return parts
    .filter(({ type, text }) => type !== 'thinking' && text !== '')
    .map(({ type, text, name }) => (type === 'toolCall' ? `${name}(${text})` : text))
    .join('\n\n');
}

/** Asks through the playground's call; stops when its owner goes. */
export function useReplay(messages: Messages) {
  const [replayed, setReplayed] = useState<Replayed>();
  const ending = useRef<AbortController>(undefined);
  useEffect(() => () => ending.current?.abort(), []);

  async function ask(model: string): Promise<void> {
    ending.current = new AbortController();
    const { signal } = ending.current;
    let text = '';
    setReplayed({ text, isAnswering: true });
    try {
      for await (const event of await client.playground.chat({ model, messages }, { signal })) {
        if (event.type === 'text') {
          text += event.text;
          setReplayed({ text, isAnswering: true });
        } else if (event.type === 'done') setReplayed({ text, isAnswering: false, done: event });
        else setReplayed({ text, isAnswering: false, failure: event.message });
      }
    } catch (error) {
      if (!signal.aborted) setReplayed({ text, isAnswering: false, failure: explainFailure(error).advice });
    }
  }

  return { replayed, ask };
}
