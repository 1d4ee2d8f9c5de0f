import { describe, expect, it } from 'vitest';
import { readSchema, writeSchema } from './schema.ts';

describe('JSON Schema for Gemini', () => {
  it('keeps what Gemini takes, references and all, and leaves the given schema alone', () => {
    const schema = {
      type: 'object',
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
      properties: {
        a: { type: ['string', 'null'], enum: ['x', null], description: 'd', pattern: '^x' },
        list: { type: 'array', items: { $ref: '#/$defs/node' }, minItems: 1 },
        pair: { type: 'array', prefixItems: [{ type: 'number' }] },
        either: { anyOf: [{ type: 'string' }, { type: 'number', minimum: 0 }] },
      },
      required: ['a'],
      additionalProperties: false,
    };
    const before = structuredClone(schema);
    expect(writeSchema(schema)).toEqual({ schema: before, dropped: [] });
    expect(schema).toEqual(before);
  });

  it('rewrites what can be said otherwise', () => {
    expect(
      writeSchema({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        definitions: { a: { const: 'x' } },
        properties: {
          a: { $ref: '#/definitions/a', description: 'words' },
          n: { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 10 },
          two: { const: 2 },
          any: true,
          merged: {
            allOf: [
              { type: 'object', properties: { p: {} }, required: ['p'] },
              { properties: { q: {} }, required: ['q', 'p'] },
            ],
          },
          one: { allOf: [{ $ref: '#/$defs/a' }] },
        },
      }),
    ).toEqual({
      schema: {
        $defs: { a: { type: 'string', enum: ['x'] } },
        properties: {
          a: { description: 'words', anyOf: [{ $ref: '#/$defs/a' }] },
          n: { type: 'integer', minimum: 1, maximum: 9 },
          two: { type: 'number', enum: [2] },
          any: {},
          merged: { type: 'object', properties: { p: {}, q: {} }, required: ['p', 'q'] },
          one: { $ref: '#/$defs/a' },
        },
      },
      dropped: [],
    });
  });

  it('names what it had to drop, each keyword once', () => {
    const { schema, dropped } = writeSchema({
      properties: {
        a: { type: 'number', exclusiveMinimum: 0, not: {} },
        b: { type: 'number', exclusiveMinimum: 1, const: true },
        c: { allOf: [{ $ref: '#/$defs/x' }, { $ref: '#/$defs/y' }], uniqueItems: true },
      },
    });
    expect(dropped).toEqual(['exclusiveMinimum', 'not', 'const', 'allOf', 'uniqueItems']);
    expect(schema).toEqual({ properties: { a: { type: 'number' }, b: { type: 'number' }, c: {} } });
  });

  it('does not take a property for a keyword', () => {
    expect(writeSchema({ properties: { not: { type: 'string' }, allOf: { type: 'string' } } })).toEqual({
      schema: { properties: { not: { type: 'string' }, allOf: { type: 'string' } } },
      dropped: [],
    });
  });
});

describe('Google’s Schema', () => {
  it('is read as JSON Schema', () => {
    expect(
      readSchema({
        type: 'OBJECT',
        propertyOrdering: ['b', 'a', 'gone'],
        properties: {
          a: { type: 'STRING', nullable: true, enum: ['x'], example: 'x' },
          b: { type: 'ARRAY', items: { type: 'INTEGER', format: 'int64' }, minItems: '1' },
          c: { any_of: [{ type: 'STRING' }], nullable: true },
          d: { type: 'TYPE_UNSPECIFIED' },
        },
        required: ['a'],
      }),
    ).toEqual({
      type: 'object',
      properties: {
        b: { type: 'array', items: { type: 'integer', format: 'int64' }, minItems: 1 },
        a: { type: ['string', 'null'], enum: ['x', null], examples: ['x'] },
        c: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        d: {},
      },
      required: ['a'],
    });
  });

  it('tells the order of properties by their order', () => {
    const read = readSchema({ propertyOrdering: ['b', 'a'], properties: { a: {}, b: {} } }) as { properties: object };
    expect(Object.keys(read.properties)).toEqual(['b', 'a']);
  });
});
