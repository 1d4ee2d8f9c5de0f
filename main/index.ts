import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import { defaultDataDirectory, openDataDirectory } from '../gateway/hosting/data-directory.ts';
import { boundYoungGeneration, tuneMemory } from '../gateway/hosting/memory.ts';
import { readArguments } from './arguments.ts';
import { speak } from './messages.ts';
import { declarePages } from './pages.ts';

tuneMemory();
boundYoungGeneration();
// Whatever this process makes is for its own user alone: database, journal, preferences.
process.umask(0o077);
// Whoever reads the output may have gone; that is no reason to stop answering.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// Electron is not ready before these lines have run, and two of them must come before that.
app.setName('LLM Gateway');
app.setAppUserModelId('io.github.llm-gateway');
declarePages();
const given = readArguments(process.argv.slice(1), process.env);
const dataDirectory = await findDataDirectory();
// Chromium's own files and the preferences: beside the gateway's, in a folder of their own. The lock on a second start lies there too.
app.setPath('userData', join(dataDirectory, 'app'));

if (app.requestSingleInstanceLock({ hidden: given.hidden })) {
  // What V8 made of the bundle at the last start: reading it again takes longer than all else that a start does.
  enableCompileCache(join(dataDirectory, 'app', 'compile-cache'));
  const { run } = await import('./run.ts');
  void run({ dataDirectory, hidden: given.hidden, port: given.port });
} else {
  // The first instance has been told.
  app.quit();
}

async function findDataDirectory(): Promise<string> {
  const { platform, env: environment } = process;
  try {
    return await openDataDirectory(
      given.dataDirectory ?? defaultDataDirectory({ platform, environment, home: homedir() }),
    );
  } catch (thrown) {
    dialog.showErrorBox(speak()('start.failed'), thrown instanceof Error ? thrown.message : String(thrown));
    process.exit(2);
  }
}
