import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readyLine, readyText } from './output.ts';

const readout = {
  url: 'http://127.0.0.1:4556',
  gatewayKey: 'gw_abc',
  ownerToken: 'gwo_secret',
  dataDirectory: '/data',
  signInLink: 'http://127.0.0.1:4556/#/sign-in/once',
  variables: [],
  demo: true,
};

describe('the text at start', () => {
  it('shows address, new key, data directory, and that the demo answers', () => {
    const text = readyText(readout);
    expect(text).toContain('LLM Gateway answers at http://127.0.0.1:4556\n');
    expect(text).toContain('Gateway key, shown only now: gw_abc\n');
    expect(text).toContain('Dashboard, signed in once within ten minutes: http://127.0.0.1:4556/#/sign-in/once\n');
    expect(text).toContain('Data: /data\n');
    expect(text).toContain('the demo provider answers');
    expect(text).not.toContain('gwo_secret');
  });

  it('names the variables that gave keys', () => {
    const text = readyText({ ...readout, variables: ['OPENAI_API_KEY', 'GOOGLE_API_KEY'], demo: false });
    expect(text).toContain('for this run: OPENAI_API_KEY, GOOGLE_API_KEY\n');
    expect(text).not.toContain('demo');
  });

  it('does not speak of the demo when keys are stored', () => {
    expect(readyText({ ...readout, demo: false })).toContain('Provider keys: as stored.');
  });

  it('tells how to get another key when the old ones cannot be shown', () => {
    const text = readyText({ ...readout, gatewayKey: null });
    expect(text).toContain('npm start -- --new-key NAME');
    expect(text).toContain('Bearer $LLM_GATEWAY_KEY"');
  });

  it.runIf(process.platform !== 'win32')('has a curl line that a shell cuts into the right words', () => {
    const line = curlLine(readyText(readout));
    const words = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }; ${line}`], { encoding: 'utf8' }).split(
      '\0',
    );
    expect(words.slice(0, 6)).toEqual([
      '-s',
      'http://127.0.0.1:4556/v1/chat/completions',
      '-H',
      'Authorization: Bearer gw_abc',
      '-H',
      'Content-Type: application/json',
    ]);
    expect(JSON.parse(words[7] ?? '')).toMatchObject({ model: 'auto' });
  });
});

describe('the line of --json', () => {
  it('is exactly one line with the facts', () => {
    const line = readyLine(readout);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual({
      url: 'http://127.0.0.1:4556',
      gatewayKey: 'gw_abc',
      ownerToken: 'gwo_secret',
      dataDir: '/data',
      dashboard: 'http://127.0.0.1:4556/#/sign-in/once',
    });
  });
});

function curlLine(text: string): string {
  return text.split('\n').find((line) => line.includes('curl ')) ?? '';
}
