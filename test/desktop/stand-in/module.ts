import * as electron from './electron.ts';

export * from './electron.ts';
// biome-ignore lint/style/noDefaultExport: Electron's module has one.
export default electron;
