import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../chat.ts';
import { type ErrorCode, GatewayError } from '../../errors.ts';
import { anthropic } from './index.ts';

const AUTHORED = new URL('../../../test/fixtures/providers/authored/anthropic/', import.meta.url);

const errors = readdirSync(AUTHORED)
  .filter((file) => file.startsWith('error-'))
  .map((file) => {
    const { response } = JSON.parse(readFileSync(new URL(file, AUTHORED), 'utf8')) as {
      response: { status: number; json: { error: { type: string; message: string } } };
    };
    return { file, ...response };
  });

describe('reading', () => {
  test.each(errors)('$file keeps its status, type and message', ({ file, status, json }) => {
    const { type, message } = json.error;
    const meant = file === 'error-400-credit.json' ? 402 : status;
    expect(anthropic.readError(status, json)).toEqual({ status: meant, code: type, message });
  });

  test('there are errors to read', () => {
    expect(errors.length).toBeGreaterThan(9);
  });

  test('text, other shapes and nothing still make a message', () => {
    expect(anthropic.readError(502, ' <html>Bad gateway</html> ')).toEqual({
      status: 502,
      message: '<html>Bad gateway</html>',
    });
    expect(anthropic.readError(404, { message: 'no route' })).toEqual({ status: 404, message: 'no route' });
    expect(anthropic.readError(500, undefined).message).toContain('500');
    expect(anthropic.readError(200, { error: { type: 'a_new_error', message: 'x' } })).toEqual({
      code: 'a_new_error',
      message: 'x',
    });
  });
});

describe('writing', () => {
  test.each<[ErrorCode, string]>([
    ['invalid_request', 'invalid_request_error'],
    ['missing_key', 'authentication_error'],
    ['provider_no_credit', 'billing_error'],
    ['provider_forbidden', 'permission_error'],
    ['unknown_model', 'not_found_error'],
    ['body_too_large', 'request_too_large'],
    ['provider_rate_limited', 'rate_limit_error'],
    ['provider_failed', 'api_error'],
    ['provider_timeout', 'timeout_error'],
    ['provider_overloaded', 'overloaded_error'],
    ['conflict', 'invalid_request_error'],
    ['internal', 'api_error'],
  ])('%s is %s', (code, type) => {
    const error = new GatewayError(code, 'What happened.');
    const body = { type: 'error', error: { type, message: 'What happened.' }, request_id: null };
    expect(anthropic.writeError(error)).toEqual(body);
    const [event, data] = anthropic.writeStreamError(error).trimEnd().split('\n');
    expect(event).toBe('event: error');
    expect(JSON.parse(data?.slice('data: '.length) ?? '') as JsonObject).toEqual(body);
  });
});
