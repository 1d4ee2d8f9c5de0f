import { describe, expect, test } from 'vitest';
import { edit, formats } from './index.ts';

const table = { path: ['model_providers', 'llm-gateway'], value: { base_url: 'http://127.0.0.1:1/v1', name: 'Ours' } };
const scalar = { path: ['model_provider'], value: 'llm-gateway' };
const removed = [scalar, table].map(({ path }) => ({ path, value: undefined }));

describe('TOML', () => {
  const { toml } = formats;

  test.each([
    ['', 'nothing'],
    ['# only a comment', 'a comment without a line end'],
    ['model_provider = "openai" # mine\n', 'the key with a comment'],
    ["'model_provider' = 'openai'\n", 'a quoted key'],
    [
      'motto = """\nmodel_provider = "trap"\n[model_providers.llm-gateway]\n"""\nmodel_provider = "openai"\n',
      'traps in a long string',
    ],
    ["list = [\n  'model_provider = 1',\n  # [model_providers.llm-gateway]\n]\n", 'traps in a list'],
    ['[a]\nmodel_provider = "another one"\n[[b]]\nc = 1\n', 'the same name in a table'],
    ['[model_providers.llm-gateway]\nold = true\n\n# of the next\n[z]\n', 'a table of ours from before'],
    [
      '[ model_providers . "llm-gateway" ]\nold = true\n[model_providers.other]\nx = 1\n',
      'a table with blanks in its name',
    ],
    ['[model_providers]\nother = { x = 1 }\n', 'the outer table'],
    ['when = 2026-11-25T10:00:00Z\nbig = 9007199254740991\n', 'dates and large numbers'],
  ])('%j (%s) gets the entries and nothing else', (text) => {
    const edited = edit(toml, text, [scalar, table]);
    expect(toml.parse(edited)).toMatchObject({
      model_provider: 'llm-gateway',
      model_providers: { 'llm-gateway': table.value },
    });
    for (const comment of text.match(/#.*/g) ?? []) expect(edited).toContain(comment);
    const back = edit(toml, edited, removed);
    expect(toml.parse(back)).not.toHaveProperty('model_provider');
    expect(back).not.toContain('Ours');
  });

  test.each([
    'model_providers = { other = { x = 1 } }\n',
    'model_provider = """\nlong"""\n',
    'model_providers.llm-gateway.old = 1\n',
    'model_providers = 1\n',
  ])('%j is refused, since its entries stand where they cannot be changed safely', (text) => {
    expect(() => edit(toml, text, [scalar, table])).toThrow(SyntaxError);
  });
});

describe('JSON with comments', () => {
  const { jsonc } = formats;
  const entries = [
    { path: ['env', 'URL'], value: 'here' },
    { path: ['list', { key: 'name', value: 'ours' }], value: { name: 'ours', n: 1 } },
  ];

  test.each([
    '',
    '{}',
    '{ }\n',
    '{\n  // only a comment\n}\n',
    '{"env":{"A":"1"},"list":[{"name":"theirs"}]}',
    '{\n\t"env": {\n\t\t"A": "1" // mine\n\t},\n\t"list": [ /* none */ ]\n}',
    '{\n  "env": {\n    "URL": "there", /* old */\n  },\n  "list": [\n    { "name": "ours" }, // old\n    { "name": "theirs" }, // kept\n  ], // last\n}\n',
    '{\n  "a": "// no comment", "b": "/* none */",\n  "c": 1 /* two\n lines */\n}\n',
    '{ "env": { "URL": "first", "URL": "counts" } }',
  ])('%j gets the entries, keeps its comments, and loses only them again', (text) => {
    const edited = edit(jsonc, text, entries);
    expect(jsonc.parse(edited)).toMatchObject({ env: { URL: 'here' } });
    for (const comment of text.match(/\/\/ [a-z ]+|\/\* [a-z]+ \*\//g) ?? []) expect(edited).toContain(comment);
    const twice = edit(jsonc, edited, entries);
    expect(twice).toBe(edited);
  });

  test.each(['[1]', '1', '{', '{"env": 1}', '{"env": null}', '{"env": []}', '{"list": {}}', '{"a" 1}'])(
    '%j is refused',
    (text) => {
      expect(() => edit(jsonc, text, entries)).toThrow(SyntaxError);
    },
  );
});

describe('YAML', () => {
  const { yaml } = formats;
  const entries = [
    { path: ['key'], value: 'ours' },
    { path: ['models', { key: 'name', value: 'ours' }], value: { name: 'ours', roles: ['chat'] } },
  ];

  test.each([
    '',
    '# only a comment\n',
    'key: theirs # kept\n',
    '"key": "theirs"\nmodels: []\n',
    'models:\n- name: theirs # kept\n  x: |\n    key: trap\n    models:\n# end\n',
    'models:\n    - name: theirs\n\n    - {name: flow}\nother: 1\n',
    'models:\n  - name: ours\n    old: 1\n  - name: theirs\nkey:\n',
    'key: >-\n  long\n  text\nmodels:\nlast: 1\n',
  ])('%j gets the entries, and keeps its comments', (text) => {
    const edited = edit(yaml, text, entries);
    expect(yaml.parse(edited)).toMatchObject({
      key: 'ours',
      models: expect.arrayContaining([{ name: 'ours', roles: ['chat'] }]),
    });
    for (const comment of text.match(/# \w+/g) ?? []) expect(edited).toContain(comment);
    const back = edit(
      yaml,
      edited,
      entries.map(({ path }) => ({ path, value: undefined })),
    );
    expect(back).not.toContain('ours');
  });

  test.each(['- a\n', 'text', '{key: 1}\n', 'models: [{name: theirs}]\n', 'a: 1\n---\nb: 2\n', 'a: [\n'])(
    '%j is refused',
    (text) => {
      expect(() => edit(yaml, text, entries)).toThrow(SyntaxError);
    },
  );
});

describe('NAME=value', () => {
  const { dotenv } = formats;
  const entries = [{ path: ['KEY'], value: 'gw_1' }];

  test.each([
    '',
    'KEY=old',
    'export KEY="old" # kept\nB=2\n',
    'KEY=1\nKEY=2\n',
    'A="two\nKEY=trap\nlines"\nKEY=old\n',
    '# KEY=no\nMY_KEY=other\n',
  ])('%j gets the entry, and loses it again', (text) => {
    const { KEY: _, ...others } = dotenv.parse(text) as Record<string, string>;
    const edited = edit(dotenv, text, entries);
    expect(dotenv.parse(edited)).toEqual({ ...others, KEY: 'gw_1' });
    expect(dotenv.parse(edit(dotenv, edited, [{ path: ['KEY'], value: undefined }]))).toEqual(others);
  });
});
