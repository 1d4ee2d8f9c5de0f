import { tuneMemory } from '../gateway/hosting/memory.ts';
import { StartFailure } from '../gateway/hosting/start-failure.ts';
import { readArguments } from './arguments.ts';
import { readVersion } from './host.ts';
import { helpText } from './output.ts';

tuneMemory();
// Whatever this process makes is for its own user alone: database, journal, backups.
process.umask(0o077);
// Whoever reads the output may have gone (`npm start | head -1`); that is no reason to stop answering.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  const command = readArguments(process.argv.slice(2), process.env);
  if (command.name === 'help') process.stdout.write(helpText);
  else if (command.name === 'version') process.stdout.write(`${readVersion()}\n`);
  else if (command.name === 'export') await (await import('./export.ts')).exportConfiguration(command);
  else if (command.name === 'connect') process.exitCode = await (await import('./connect.ts')).connect(command);
  else if (command.name === 'models') process.exitCode = await (await import('./models.ts')).models(command);
  else await (await import('./serve.ts')).serve(command);
} catch (thrown) {
  if (!(thrown instanceof StartFailure)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  // Not left to run out: a half-made gateway may hold timers that keep the process alive.
  process.exit(2);
}
