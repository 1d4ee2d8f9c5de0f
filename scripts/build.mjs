import { createBuilder } from 'vite';

// Makes bundles in a process of its own, which gives all the memory that a build takes back at its end. `bundle.mjs` starts it and says what
// goes where: the project folder, then `name=folder` for each environment of `vite.config.ts`.
const [root = '.', ...wanted] = process.argv.slice(2);

// Whoever waits for the bundles is gone, and the next start may be at work on them already.
process.on('disconnect', () => process.exit(1));

// Whatever it is where this runs: the pages would else be built for their developers, slow and three times as large.
process.env.NODE_ENV = 'production';
const places = wanted.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]);
const environments = Object.fromEntries(places.map(([name, outDir]) => [name, { build: { outDir } }]));
const builder = await createBuilder({ root, logLevel: 'error', environments });
for (const name of Object.keys(environments)) {
  const environment = builder.environments[name];
  if (environment) await builder.build(environment);
}
// The channel would keep it.
process.exit(0);
