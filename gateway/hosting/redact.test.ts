import { expect, it } from 'vitest';
import { redact } from './redact.ts';

it.each([
  ['Incorrect API key provided: sk-proj-ab12*****wxyz.', 'Incorrect API key provided: [key]'],
  ['gw_0123456789 and gwo_0123456789', '[key] and [key]'],
  ['authorization: Bearer abc.def-123', 'authorization: [key]'],
  ['AIzaSy0123456789 in a URL', '[key] in a URL'],
  ['risk-free and a desk-top', 'risk-free and a desk-top'],
])('cuts keys out of %j', (text, expected) => {
  expect(redact(text)).toBe(expected);
});
