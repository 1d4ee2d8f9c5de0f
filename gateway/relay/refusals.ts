import { LRUCache } from 'lru-cache';
import type { ChatRequest, DialectName, Loss, Message, Part, Signature } from '../chat.ts';
import { asGatewayError } from '../errors.ts';
import { type Owner, type Thoughts, takesText } from './thoughts.ts';

/**
 * What providers have refused of the proofs of thoughts (signed thinking, encrypted reasoning, thought signatures). Who made a proof that a
 * client carries cannot be told from it: it may be another provider's of the same dialect, another account's, or too old. Its bytes go as
 * they are until its provider refuses them; from then on they stay away from it, and that is reported.
 */
export interface Refusals {
  /** Notes all proofs of a request. */
  note(request: ChatRequest, owner: Owner): void;
  /** Whether the request holds one that the provider has refused. */
  concern(request: ChatRequest, owner: Owner): boolean;
  /** The request without those, and without those that another is known to have made; `careful`: without any, and without reasoning that has none. */
  strip(request: ChatRequest, owner: Owner, careful: boolean): { request: ChatRequest; losses: Loss[] };
}

/** Proofs that are remembered, the least recently used first out. */
const MOST = 10_000;
/** Characters at the end of a proof by which it is known: long ones arrive folded in the middle. */
const TAIL = 64;

export function createRefusals({ makerOf }: Pick<Thoughts, 'makerOf'>, most = MOST): Refusals {
  const refused = new LRUCache<string, true>({ max: most });
  const keyOf = ({ client, provider }: Owner, { value }: Signature): string =>
    `${client} ${provider.id} ${value.slice(-TAIL)}`;

  function isRefused(part: Part, owner: Owner): boolean {
    const signature = signatureOf(part);
    if (signature === undefined || !isHome(signature, owner.provider.dialect)) return false;
    return refused.has(keyOf(owner, signature));
  }

  /** All that was signed in one message has one maker: the one of its calls. */
  function isOfAnother({ parts }: Message, { client, provider }: Owner): boolean {
    if (!parts.some(isSigned)) return false;
    const makers = parts.map((part) => (part.type === 'toolCall' ? makerOf(part, client) : undefined));
    return makers.some((maker) => maker !== undefined && maker !== provider.id);
  }

  return {
    note({ messages }, owner) {
      for (const { parts } of messages) {
        for (const part of parts) {
          const signature = signatureOf(part);
          if (signature !== undefined) refused.set(keyOf(owner, signature), true);
        }
      }
    },
    concern({ messages }, owner) {
      return refused.size > 0 && messages.some(({ parts }) => parts.some((part) => isRefused(part, owner)));
    },
    strip(request, owner, careful) {
      const losses: Loss[] = [];
      const lose = (why: string): void => void losses.push({ field: 'messages[].thinking', why });
      const { title, dialect } = owner.provider;
      const keepsText = takesText(owner.provider);
      const isOurs = (part: Part): boolean => signatureOf(part)?.by === dialect;
      const others = request.messages.map((message) =>
        message.role === 'assistant' && isOfAnother(message, owner) ? stripMessage(message, isOurs) : message,
      );
      if (differ(others, request.messages)) lose(`another than ${title} made their proofs: thoughts were left out`);
      const messages = others.map((message) => {
        if (message.role !== 'assistant') return message;
        return stripMessage(message, (part) => isRefused(part, owner) || (careful && (isSigned(part) || !keepsText)));
      });
      if (differ(messages, others)) lose(`${title} refuses their proofs: thoughts were left out`);
      return losses.length === 0 ? { request, losses } : { request: { ...request, messages }, losses };
    },
  };
}

const differ = (some: readonly Message[], others: readonly Message[]): boolean =>
  some.some((message, at) => message !== others[at]);

/** Calls stay, without their proof. The same message where nothing is left out. */
function stripMessage(message: Message, isBad: (part: Part) => boolean): Message {
  let changed = false;
  const parts = message.parts.flatMap((part): Part[] => {
    if ((part.type !== 'thinking' && part.type !== 'toolCall') || !isBad(part)) return [part];
    if (part.type === 'toolCall' && part.signature === undefined) return [part];
    changed = true;
    if (part.type === 'thinking') return [];
    const { signature: _, ...call } = part;
    return [call];
  });
  return changed ? { ...message, parts } : message;
}

const signatureOf = (part: Part): Signature | undefined =>
  part.type === 'thinking' || part.type === 'toolCall' ? part.signature : undefined;

const isSigned = (part: Part): boolean => signatureOf(part) !== undefined;

/** Another dialect's never gets there. */
const isHome = ({ by }: Signature, dialect: DialectName): boolean => by === dialect;

/**
 * Words of the refusals of a proof, or of a history that lacks one where it is wanted. Anthropic: a signature that is not its own, or of
 * another conversation, thinking blocks that were changed or are missing; OpenAI: content that it cannot decrypt, or an item that was
 * never stored; Google: a thought signature that is corrupted, of another model, or missing.
 */
const WORDS = [
  /invalid `?signature`? in `?thinking`? block/i,
  /thinking\.signature: /i,
  /expected `?thinking`? or `?redacted_thinking`?/i,
  /thinking`? (or `?redacted_thinking`? )?blocks?\b.{0,200}\b(cannot be modified|different conversation|prefix)/i,
  /invalid_encrypted_content|encrypted content.{0,300}could not be (verified|decrypted)/i,
  /item (with id )?'?rs_\w+'?.{0,40} not found|without its required '?reasoning'? item/i,
  /(corrupted|invalid) thought.?signature|thought.?signature is (not valid|invalid)|missing a thought.?signature/i,
  /thought_signature'? \(TYPE_BYTES\)/i,
];

/** Of DeepSeek and Kimi, wherever they are served: a turn that thinks wants the reasoning of earlier turns back, in words. */
const REASONING = /reasoning_content.{0,80}(must be passed back|is missing)|missing `?reasoning_content/i;

/** How a call is made again after a provider has refused what the history says of thoughts, or leaves out. */
export type Care = 'without proofs' | 'without thinking';

/** Undefined where it was refused for something else. */
export function careAfter(thrown: unknown): Care | undefined {
  const { status, message, providerCode = '', provider } = asGatewayError(thrown);
  if (provider === undefined || status < 400 || status >= 500) return undefined;
  if (REASONING.test(message)) return 'without thinking';
  const said = `${providerCode} ${message}`;
  return WORDS.some((words) => words.test(said)) ? 'without proofs' : undefined;
}
