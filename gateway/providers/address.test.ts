import { expect, it } from 'vitest';
import { GatewayError } from '../errors.ts';
import { refuseUnsafe } from './address.ts';

it.each([
  'https://llm.example/v1',
  'http://localhost:8080/v1',
  'http://127.0.0.1:1234',
  'http://[::1]:1234',
  'http://10.1.2.3',
  'http://172.31.0.1:8000',
  'http://192.168.1.20:11434',
  'http://100.100.1.1',
  'http://[fd12:3456::1]:8000',
  'http://nas:8000',
  'http://nas.local',
  'http://llm.internal/v1',
])('%s is safe', (url) => {
  expect(() => refuseUnsafe(url, false)).not.toThrow();
});

it.each([
  'http://llm.example/v1',
  'http://8.8.8.8',
  'http://172.32.0.1',
  'http://169.254.169.254',
  'http://[2001:db8::1]',
  'http://localhost.example',
  'http://127.0.0.1.nip.io',
])('%s would send keys in the clear, unless that is allowed', (url) => {
  expect(() => refuseUnsafe(url, false)).toThrow(/would travel unencrypted/);
  expect(() => refuseUnsafe(url, true)).not.toThrow();
});

it.each(['https://me:secret@llm.example/v1', 'https://llm.example/v1?key=secret', 'https://llm.example/v1#secret'])(
  '%s could not be shown',
  (url) => {
    expect(() => refuseUnsafe(url, true)).toThrow(GatewayError);
  },
);
