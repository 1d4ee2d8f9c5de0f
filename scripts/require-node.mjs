// Plain JavaScript on purpose: it has to run on the very Node versions that it turns away.
const needed = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major < needed) {
  process.stderr.write(
    `LLM Gateway needs Node ${needed} or newer, and this is Node ${process.versions.node}. ` +
      'Run `npm ci` in the project folder (it brings the right Node along), then start it through npm: `npm start`.\n',
  );
  process.exit(2);
}
