import { describe, expect, it } from 'vitest';
import { readConfiguration } from './configuration.ts';

const TEAM = { baseUrl: 'https://llm.example/v1', dialect: 'openai-chat' };

const read = (data: unknown, environment: Record<string, string | undefined> = {}) =>
  readConfiguration('gateway.json', typeof data === 'string' ? data : JSON.stringify(data), environment);

function mistakesOf(data: unknown, environment: Record<string, string | undefined> = {}): string[] {
  try {
    read(data, environment);
    return [];
  } catch (thrown) {
    return (thrown as Error).message.split('\n');
  }
}

describe('a configuration file', () => {
  it('declares providers, aliases and settings, its secrets read from variables that are then gone', () => {
    const environment = { TEAM_KEY: ' secret-1 ', TEAM_HEADER: 'secret-2', OTHER: 'stays' };
    const answer = read(
      {
        $schema: 'https://llm.example/schema.json',
        providers: {
          openai: { key: { env: 'TEAM_KEY' }, baseUrl: 'http://proxy.example' },
          team: { ...TEAM, key: { env: 'TEAM_KEY' }, headers: { 'X-Team': { env: 'TEAM_HEADER' } }, models: ['big'] },
        },
        aliases: { fast: 'auto:economy' },
        settings: { cache: { ttlMs: 5000 } },
      },
      environment,
    );
    expect(answer).toEqual({
      declared: {
        file: 'gateway.json',
        providers: { team: { ...TEAM, models: ['big'], headers: { 'x-team': 'secret-2' } } },
        aliases: { fast: 'auto:economy' },
        settings: { cache: { ttlMs: 5000 } },
      },
      keys: [
        { provider: 'openai', key: 'secret-1', variable: 'TEAM_KEY' },
        { provider: 'team', key: 'secret-1', variable: 'TEAM_KEY' },
      ],
      baseUrls: { openai: 'http://proxy.example' },
      plain: [],
    });
    expect(environment).toEqual({ OTHER: 'stays' });
  });

  it('may hold a secret in plain text, which is told', () => {
    const answer = read({ providers: { team: { ...TEAM, key: 'secret', headers: { 'x-a': 'b' } } } });
    expect(answer.keys).toEqual([{ provider: 'team', key: 'secret', variable: 'gateway.json' }]);
    expect(answer.plain).toEqual(['providers.team.key', 'providers.team.headers.x-a']);
  });

  it('is refused with every mistake at once, each with its place', () => {
    const mistakes = mistakesOf({
      providers: {
        openai: { dialect: 'anthropic', key: { env: 'MISSING' } },
        team: { baseUrl: 'http://llm.example', dialect: 'morse' },
        half: { key: { env: 'ALSO_MISSING' } },
        plain: { baseUrl: 'http://llm.example', dialect: 'gemini' },
        'Not An Id': TEAM,
      },
      alliases: {},
      aliases: { 'two words': 'x' },
      settings: { cashe: {}, cache: { ttlMs: -1, enbled: true }, timeouts: { connectMs: 'soon' } },
    });
    expect(mistakes[0]).toMatch(/^The configuration file gateway.json has \d+ mistakes:$/);
    const expected = [
      /^ {2}alliases: is not known. Did you mean aliases\?$/,
      /^ {2}settings.cashe: is not known. Did you mean cache\?$/,
      /^ {2}settings.cache.enbled: is not known. Did you mean enabled\?$/,
      /^ {2}settings.cache.ttlMs: /,
      /^ {2}settings.timeouts.connectMs: /,
      /^ {2}aliases.two words: /,
      /^ {2}providers.Not An Id: /,
      /^ {2}providers.team.dialect: .*"openai-chat"/,
      /^ {2}providers.openai.dialect: this provider is built in/,
      /^ {2}providers.openai.key.env: the variable MISSING is not set$/,
      /^ {2}providers.half.baseUrl: is missing: no built-in provider is called half$/,
      /^ {2}providers.half.dialect: is missing/,
      /^ {2}providers.half.key.env: the variable ALSO_MISSING is not set$/,
      /^ {2}providers.plain.baseUrl: .*allowPlainHttp/,
    ];
    for (const line of expected) expect(mistakes).toContainEqual(expect.stringMatching(line));
    expect(mistakes).toHaveLength(expected.length + 1);
  });

  it('says of a secret what is wanted', () => {
    expect(mistakesOf({ providers: { team: { ...TEAM, key: { environment: 'X' } } } })).toEqual([
      'The configuration file gateway.json has a mistake:',
      expect.stringMatching(/^ {2}providers.team.key: Expected \{ "env": "NAME" \}/),
    ]);
  });

  it.each(['', '{"providers":', '[]', '"text"', 'null'])('%j is none', (text) => {
    expect(mistakesOf(text)[0]).toMatch(/^The configuration file gateway.json (is not JSON|has a mistake)/);
  });

  it('never shows the value of a variable', () => {
    expect(
      mistakesOf({ providers: { team: { ...TEAM, key: { env: 'BAD' } } } }, { BAD: 'secret\u0001' }).join(),
    ).toMatch(/providers.team.key.env: the variable BAD holds characters/);
  });
});
