import { describe, expect, it } from 'vitest';
import { refuseStrangers } from './hostile.ts';

const HOME = { hostname: '127.0.0.1', allowedHosts: ['Gateway.lan'], allowedOrigins: ['https://chat.example'] };
const OPEN = { ...HOME, hostname: '0.0.0.0' };
const NAMED = { ...HOME, hostname: 'box.lan' };

const codeOf = (headers: Record<string, string>, trust = HOME): string => {
  try {
    refuseStrangers(headers, trust);
    return 'let in';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('who may knock', () => {
  it.each([
    ['127.0.0.1:4556', HOME, 'let in'],
    ['127.200.3.4', HOME, 'let in'],
    ['LocalHost:1', HOME, 'let in'],
    ['[::1]:4556', HOME, 'let in'],
    ['gateway.LAN:80', HOME, 'let in'],
    ['box.lan:4556', NAMED, 'let in'],
    ['192.168.1.5:4556', OPEN, 'let in'],
    ['[fe80::1]:4556', OPEN, 'let in'],
    ['192.168.1.5:4556', HOME, 'forbidden_host'],
    ['evil.example', HOME, 'forbidden_host'],
    ['evil.example', OPEN, 'forbidden_host'],
    ['127.0.0.1.evil.example', OPEN, 'forbidden_host'],
    ['127.0.0.1@evil.example', HOME, 'forbidden_host'],
    ['localhost.', HOME, 'forbidden_host'],
    ['', HOME, 'forbidden_host'],
  ])('%j, bound as %o: %s', (host, trust, expected) => {
    expect(codeOf({ host }, trust)).toBe(expected);
  });

  it('wants a Host', () => {
    expect(codeOf({})).toBe('forbidden_host');
  });

  it.each([
    ['http://127.0.0.1:4556', 'let in'],
    ['https://chat.example', 'let in'],
    ['http://chat.example', 'forbidden_origin'],
    ['https://chat.example.evil', 'forbidden_origin'],
    ['http://127.0.0.1:9999', 'forbidden_origin'],
    ['null', 'forbidden_origin'],
    ['', 'forbidden_origin'],
  ])('a page of %j: %s', (origin, expected) => {
    expect(codeOf({ host: '127.0.0.1:4556', origin })).toBe(expected);
  });
});
