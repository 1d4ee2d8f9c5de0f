/*
 * What `import … from 'electron'` gives where the stand-in runs the app. It can never be taken for Electron: there are no native
 * windows, menus, trays or keychains behind it, and no sandbox but Chromium's own.
 */
export { app } from './app.ts';
export { Menu, Notification, nativeImage, Tray } from './shell.ts';
export * from './system.ts';
export { BrowserWindow } from './window.ts';
