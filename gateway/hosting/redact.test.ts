import { expect, it } from 'vitest';
import { hideHome, redact } from './redact.ts';

it.each([
  ['Incorrect API key provided: sk-proj-ab12*****wxyz.', 'Incorrect API key provided: [key]'],
  ['gw_0123456789 and gwo_0123456789', '[key] and [key]'],
  ['authorization: Bearer abc.def-123', 'authorization: [key]'],
  ['AIzaSy0123456789 in a URL', '[key] in a URL'],
  ['risk-free and a desk-top', 'risk-free and a desk-top'],
])('cuts keys out of %j', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

it.each([
  ['/home/ana/.codex/config.toml', '/home/ana', '~/.codex/config.toml'],
  ['C:\\Users\\Ana\\log', 'C:\\Users\\Ana', '~\\log'],
  [JSON.stringify({ at: 'C:\\Users\\Ana\\log' }), 'C:\\Users\\Ana', '{"at":"~\\\\log"}'],
  ['{"model":"openai/gpt-5"}', '/', '{"model":"openai/gpt-5"}'],
  ['{"model":"openai/gpt-5"}', '', '{"model":"openai/gpt-5"}'],
])('writes ~ in %j for the home %j, and leaves a text alone where nobody lives', (text, home, expected) => {
  expect(hideHome(text, home)).toBe(expected);
});
