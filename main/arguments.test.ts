import { expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

it('reads its own flags among those of Chromium and the system', () => {
  const argv = [
    '--no-sandbox',
    '/the/app',
    '--data-dir',
    '/data',
    '--port=8080',
    '--hidden',
    '--ozone-platform=x11',
    '-psn_0_1',
  ];
  expect(readArguments(argv, {})).toEqual({ dataDirectory: '/data', port: 8080, hidden: true });
});

it('takes the data directory from the environment, and no port that is none', () => {
  const environment = { LLM_GATEWAY_DATA_DIR: '/from/environment' };
  expect(readArguments(['--port', '99999'], environment)).toEqual({
    dataDirectory: '/from/environment',
    port: undefined,
    hidden: false,
  });
});
