import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/*
 * node start.ts APP PROBE …: runs the main process of the app in folder APP under plain Node, as Electron would.
 */
const [, , folder = '', probe = '', ...rest] = process.argv;
process.argv = [process.argv[0] ?? '', folder, ...rest];
Object.defineProperty(process, 'resourcesPath', { value: process.env.STAND_IN_RESOURCES ?? folder });
Object.defineProperty(process.versions, 'electron', { value: '0.0.0-stand-in' });

const standIn = new URL('./module.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
createRequire(import.meta.url)(probe);

const { becomeReady, manifest } = await import('./app.ts');
const { closeWindows } = await import('./window.ts');
const electron = await import('./electron.ts');
process.on('message', (asked: { id: number; source: string; argument: unknown }) => void evaluate(asked));
await import(pathToFileURL(join(folder, manifest.main)).href);
becomeReady(closeWindows);

/** As playwright's `evaluate` does it in Electron: a function's text, with the module and one argument. */
async function evaluate({ id, source, argument }: { id: number; source: string; argument: unknown }): Promise<void> {
  try {
    const action: (module: typeof electron, given: unknown) => unknown = new Function(`return (${source})`)();
    process.send?.({ id, result: await action(electron, argument) });
  } catch (thrown) {
    process.send?.({ id, error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
  }
}
