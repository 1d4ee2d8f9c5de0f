import { expect, test } from 'vitest';
import type { DialectName } from '../chat.ts';
import { strictFor } from './strict-schema.ts';

const closed = (properties: object, required = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

function strict(schema: unknown, dialect: DialectName = 'anthropic') {
  const whys: string[] = [];
  return [strictFor({ strict: true, schema }, dialect, (why) => whys.push(why)), ...whys];
}

test('a schema of OpenAI’s subset binds', () => {
  const item = closed({ a: { anyOf: [{ type: 'string' }, { type: 'null' }] } });
  expect(strict(closed({ list: { type: 'array', items: item }, x: { $ref: '#/$defs/x' } }))).toEqual([true]);
});

test.each([
  ['a property is optional', closed({ a: {}, b: {} }, ['a']), 'the property b is not required'],
  ['an object is open', { type: 'object', properties: {} }, 'an object is open to other properties'],
  ['an inner object is open', closed({ a: { items: { type: 'object' } } }), 'an object is open to other properties'],
  [
    'a definition is open',
    { ...closed({}), $defs: { a: { type: 'object' } } },
    'an object is open to other properties',
  ],
  ['a keyword is refused', closed({ a: { oneOf: [{}] } }), 'it uses oneOf'],
  ['its root is a list', { type: 'array' }, 'its root is not an object'],
  ['there is none', undefined, 'it is not an object'],
])('where %s, another dialect’s strict only guides', (_, schema, why) => {
  expect(strict(schema)).toEqual([false, `the schema guides but does not bind: ${why}`]);
});

test('what OpenAI’s own clients say, and what nobody said, stays', () => {
  expect(strict({}, 'openai-responses')).toEqual([true]);
  expect(strictFor({ schema: {} }, 'gemini', () => expect.fail())).toBeUndefined();
});
