import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What docs/tools.md has in the place of a gateway's own. */
const ADDRESS = 'http://127.0.0.1:4556';
const KEY = 'gw_…';

interface Gateway {
  url: string;
  gatewayKey: string;
}

/** Does what docs/tools.md says under "By hand" of a tool: writes the files, and gives the lines that are to be run in the shell before it. */
export function pointByHand(name: string, home: string, { url, gatewayKey }: Gateway): string {
  const page = readFileSync(new URL('../../docs/tools.md', import.meta.url), 'utf8');
  const section = page.split(`\n### ${name}\n`)[1]?.split(/\n##/)[0];
  if (section === undefined) throw new Error(`docs/tools.md does not say how ${name} is pointed by hand.`);
  const lines: string[] = [];
  for (const [, file, language, block = ''] of section.matchAll(/(?:`~\/([^`]+)`:\n\n)?```(\w+)\n([\s\S]*?)```/g)) {
    const text = block.replaceAll(ADDRESS, url).replaceAll(KEY, gatewayKey);
    if (file !== undefined) write(join(home, file), text);
    else if (language === 'sh') lines.push(text);
    else throw new Error(`docs/tools.md does not say where this of ${name} belongs: ${text}`);
  }
  return lines.join('');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
