import type { Body } from '../../body/read.ts';
import type { JsonObject } from '../../chat.ts';
import type { TargetModel } from '../dialect.ts';
import { type Traits, traitsOf } from './model.ts';
import { isObject } from './wire.ts';

/**
 * Whether a body can go as it is to a model that its client did not name: it may ask for thinking in the way of another model, or for what
 * this one refuses. Such a body is written anew.
 */
export function suits({ json }: Body, target: TargetModel): boolean {
  const traits = traitsOf(target);
  const { max_tokens: limit, messages, tools, output_config: output } = json;
  if (typeof limit === 'number' && limit > (target.maxOutputTokens ?? limit)) return false;
  if (!traits.sampling && SAMPLING.some((field) => json[field] !== undefined)) return false;
  if (!traits.forcedTools && ['any', 'tool'].includes(String(typeOf(json.tool_choice)))) return false;
  if (!takesThinking(json.thinking, traits)) return false;
  if (isObject(output) && !takesOutput(output, traits)) return false;
  if (!traits.structured && objects(tools).some(({ strict }) => strict === true)) return false;
  return traits.systemInMessages || !objects(messages).some(({ role }) => role === 'system');
}

const SAMPLING = ['temperature', 'top_p', 'top_k'];

const typeOf = (value: unknown): unknown => (isObject(value) ? value.type : undefined);
const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function takesThinking(thinking: unknown, { thinking: way, budget, off }: Traits): boolean {
  switch (typeOf(thinking)) {
    case undefined:
      return true;
    case 'enabled':
      return budget;
    case 'adaptive':
      return way === 'adaptive';
    case 'disabled':
      return off === 'disabled' || (off === 'omit' && way !== 'none');
    default:
      return typeOf(thinking) === off;
  }
}

function takesOutput({ effort, format }: JsonObject, { efforts, structured }: Traits): boolean {
  return (effort === undefined || efforts.includes(String(effort))) && (format === undefined || structured);
}
