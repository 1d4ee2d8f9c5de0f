import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

const read = (line: string, environment = {}) => readArguments(line.split(' ').filter(Boolean), environment);

describe('the command line', () => {
  it('serves on 127.0.0.1:4556 when nothing is said', () => {
    expect(read('')).toEqual({
      name: 'serve',
      port: 4556,
      hostname: '127.0.0.1',
      dataDirectory: undefined,
      json: false,
      newKey: undefined,
      config: undefined,
    });
  });

  it('reads every flag, with a blank or an equals sign', () => {
    const wanted = { port: 0, hostname: '::1', dataDirectory: '/d', json: true, newKey: 'laptop' };
    expect(read('serve --port 0 --host ::1 --data-dir /d --json --new-key laptop')).toMatchObject(wanted);
    expect(read('serve --port=0 --host=[::1] --data-dir=/d --json --new-key=laptop')).toMatchObject(wanted);
  });

  it('looks for models, or compares two lists of them', () => {
    expect(read('models update --json --data-dir /d')).toEqual({
      name: 'models',
      action: 'update',
      files: [],
      dataDirectory: '/d',
      json: true,
    });
    expect(read('models diff a.json b.json')).toMatchObject({ action: 'diff', files: ['a.json', 'b.json'] });
    for (const line of ['models', 'models sell', 'models diff a.json', 'models update a.json b.json']) {
      expect(() => read(line)).toThrow('It is "models update"');
    }
  });

  it('takes the data directory from the environment, unless the flag says otherwise', () => {
    const environment = { LLM_GATEWAY_DATA_DIR: '/from-environment' };
    expect(read('serve', environment)).toMatchObject({ dataDirectory: '/from-environment' });
    expect(read('serve --data-dir /flag', environment)).toMatchObject({ dataDirectory: '/flag' });
    expect(read('serve', { LLM_GATEWAY_DATA_DIR: '' })).toMatchObject({ dataDirectory: undefined });
  });

  it('reads a configuration file, and prints one', () => {
    expect(read('--config ./gateway.json')).toMatchObject({ name: 'serve', config: './gateway.json' });
    expect(read('config export --data-dir /d --port 5')).toEqual({ name: 'export', port: 5, dataDirectory: '/d' });
    expect(() => read('config')).toThrow('config export');
    expect(() => read('config export serve')).toThrow('One command at a time');
  });

  it.each(['help', '--help', '-h', 'serve --help'])('gives help for %s', (line) => {
    expect(read(line)).toEqual({ name: 'help' });
  });

  it.each(['version', '--version', '-v'])('gives the version for %s', (line) => {
    expect(read(line)).toEqual({ name: 'version' });
  });

  it.each([
    ['--prot 1', 'There is no flag --prot. Did you mean --port?'],
    ['--datadir x', 'There is no flag --datadir. Did you mean --data-dir?'],
    ['-p 1', 'There is no flag -p. Known are --port, '],
    ['--wholly-unlike', 'There is no flag --wholly-unlike. Known are --port, '],
    ['--owner-token x', 'There is no flag --owner-token.'],
    ['serv', 'There is no command "serv". Did you mean serve?'],
    ['serve now', 'One command at a time: serve now.'],
    ['--port', '--port needs a value, as in --port 4556.'],
    ['--port --json', '--port needs a value, as in --port 4556.'],
    ['--data-dir=', '--data-dir needs a value'],
    ['--json=yes', '--json takes no value.'],
    ['--port 65536', '--port takes a number from 0 (any free port) to 65535, and "65536" is none.'],
    ['--port 80x', '"80x" is none.'],
    ['--port=-1', '"-1" is none.'],
    ['--port 1e3', '"1e3" is none.'],
    ['--host http://a', '--host takes an address or a name of this machine, and "http://a" is neither.'],
  ])('refuses %s in one sentence', (line, sentence) => {
    expect(() => read(line)).toThrow(sentence);
  });

  it('refuses a name for a key that would garble a terminal', () => {
    expect(() => readArguments(['--new-key', 'a\u001b[2J'], {})).toThrow('--new-key takes a name');
    expect(() => readArguments(['--new-key', 'x'.repeat(65)], {})).toThrow('--new-key takes a name');
    expect(() => readArguments(['--new-key', '  '], {})).toThrow('--new-key takes a name');
  });

  it('shows a wrong word without its control characters', () => {
    expect(() => readArguments(['se\u001brve'], {})).toThrow('There is no command "se?rve".');
  });
});
