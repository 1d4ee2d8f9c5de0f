import { expect, it, vi } from 'vitest';
import { denyPermissions } from './window.ts';

/** What Electron would ask: `answer` is told true or false. */
const asked = vi.hoisted(() => ({
  request: (_contents: object, _permission: string, _answer: (granted: boolean) => void): void => {},
  check: (_contents: object | null, _permission: string, _origin: string): boolean => true,
}));
vi.mock('electron', () => ({
  protocol: {},
  session: {
    defaultSession: {
      setPermissionRequestHandler: (handler: typeof asked.request) => Object.assign(asked, { request: handler }),
      setPermissionCheckHandler: (handler: typeof asked.check) => Object.assign(asked, { check: handler }),
    },
  },
}));

it('lets a page of ours write to the clipboard, and nobody have anything else', () => {
  denyPermissions();
  const grants = (permission: string, url = 'app://gateway/#/keys') => {
    let granted: boolean | undefined;
    asked.request({ getURL: () => url }, permission, (answer) => {
      granted = answer;
    });
    return [granted, asked.check(null, permission, url)];
  };
  expect(grants('clipboard-sanitized-write')).toEqual([true, true]);
  expect(grants('clipboard-sanitized-write', 'https://example.com/')).toEqual([false, false]);
  for (const permission of [
    'clipboard-read',
    'media',
    'geolocation',
    'notifications',
    'openExternal',
    'usb',
    'unknown',
  ])
    expect(grants(permission)).toEqual([false, false]);
});
