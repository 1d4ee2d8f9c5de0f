import './require-node.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';

// npm run package: bundles what is stale and packs it for this platform. What follows `--` goes to electron-builder, as in
// `npm run package -- --dir` or `npm run package -- -c.publish.provider=generic -c.publish.url=https://…`.
const root = join(import.meta.dirname, '..');
await bundle(root, ['client', 'preload', 'main']);
const cli = join(root, 'node_modules', 'electron-builder', 'cli.js');
const { status } = spawnSync(process.execPath, [cli, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
