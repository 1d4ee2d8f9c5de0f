/** One import of one source file. Paths are relative to the project, with forward slashes. */
export interface Edge {
  from: string;
  /** A project file, or the package's name (`node:fs`, `zod`, `@orpc/server`). */
  to: string;
  /** `worker` starts a thread: it crosses rooms like any import, and closes no circle. */
  kind: 'value' | 'type' | 'worker';
}

/** Who may import whom; a room that is not named may import everything but what `closed` keeps to itself. */
interface Room {
  /** Rooms and files of ours, beside the room itself. */
  ours: string[];
  /** Packages; absent: all but `never`. */
  packages?: RegExp;
  never?: RegExp;
}

const gatewayFace = ['gateway/index.ts', 'gateway/host.ts', 'gateway/hosting/', 'contract/'];
const faces = /^(electron|react|react-dom|@mantine|recharts|@tanstack)(\/|$|-)/;

const rooms: Record<string, Room> = {
  contract: { ours: [], packages: /^(zod|@orpc\/contract|@orpc\/zod)(\/|$)/ },
  gateway: { ours: ['contract/', 'resources/router/'], never: faces },
  headless: { ours: gatewayFace, packages: /^node:/ },
  main: { ours: gatewayFace, never: /^(react|react-dom|@mantine|recharts)(\/|$|-)/ },
  preload: { ours: ['contract/'], packages: /^electron$/ },
  renderer: { ours: ['contract/'], never: /^(node:|electron|better-sqlite3|fastify)/ },
};

const steps =
  /^gateway\/pipeline\/(authenticate|limit|admit|cache|classify|route|reserve|call|track|remember|store|charge|capture)\.ts$/;
const dialect = /^gateway\/dialects\/([^/]+)\//;

/** The imports, re-exports, dynamic imports and worker files in a source text. */
export function readImports(from: string, text: string): Edge[] {
  const code = text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '');
  const edges: Edge[] = [];
  const add = (to: string | undefined, kind: Edge['kind']) => {
    if (to) edges.push({ from, to: resolve(from, to), kind });
  };
  for (const [, type, to] of code.matchAll(/^\s*(?:import|export)\s+(type\s)?[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]/gm)) {
    add(to, type === undefined ? 'value' : 'type');
  }
  for (const [, to] of code.matchAll(/^\s*import\s*['"]([^'"\n]+)['"]/gm)) add(to, 'value');
  for (const [, to] of code.matchAll(/\bimport\(\s*['"]([^'"\n]+)['"]/g)) add(to, 'value');
  for (const [, to] of code.matchAll(/\bnew URL\(\s*['"](\.[^'"\n]+\.ts)['"], import\.meta\.url/g)) add(to, 'worker');
  return edges;
}

/** Everything about one import that the house forbids, as sentences. */
export function wrongs({ from, to, kind }: Edge): string[] {
  if (isTest(to) || (to.startsWith('test/') && !forTests(from))) return [`${from} imports the test file ${to}`];
  if (forTests(from)) return [];
  const found: string[] = [];
  const name = roomOf(from);
  const room = rooms[name];
  const ours = /\.(ts|tsx|mjs|json)$/.test(to);
  if (room && ours && roomOf(to) !== name && !room.ours.some((allowed) => to.startsWith(allowed))) {
    found.push(`${from} may not import ${to}: ${name}/ imports only ${room.ours.join(', ') || 'its own files'}`);
  }
  if (room && !ours && (room.never?.test(to) || room.packages?.test(to) === false)) {
    found.push(`${from} may not import the package ${to}`);
  }
  if (name === 'preload' && ours && roomOf(to) === 'contract' && kind !== 'type')
    found.push(`${from} takes more than types from ${to}`);
  if (steps.test(from) && steps.test(to)) found.push(`the step ${from} imports the step ${to}`);
  const [, one] = dialect.exec(from) ?? [];
  const [, other] = dialect.exec(to) ?? [];
  if (one && other && one !== other) found.push(`the dialect ${one} imports the dialect ${other} (${from})`);
  return found;
}

/** Circles among project files, each as a path that ends where it began. Imports of types count: they tangle readers as well. */
export function circles(edges: readonly Edge[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, kind } of edges) if (kind !== 'worker') next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: string[]) => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

function resolve(from: string, to: string): string {
  if (!to.startsWith('.')) return to;
  return new URL(to, `file:///${from}`).pathname.slice(1);
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? '';
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

function forTests(path: string): boolean {
  return isTest(path) || path.startsWith('test/');
}
