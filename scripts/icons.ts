import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/*
 * npm run build:icons: renders `resources/icons/*.svg` with Chromium into what the systems want: PNG for windows and trays, ICO for
 * Windows, ICNS for macOS. What it makes is committed; run it again after a change of the drawings.
 */
const folder = join(import.meta.dirname, '..', 'resources', 'icons');
const states = ['running', 'paused', 'error'] as const;
const marks = { running: '#2f9e85', paused: '#e0a100', error: '#e03131' } as const;
/** A colour that shows on a dark bar and on a light one. */
const ink = '#7f8c8a';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
await renderApp(browser);
await renderTray(browser);
await browser.close();

async function renderApp(from: Browser): Promise<void> {
  const drawing = readFileSync(join(folder, 'app.svg'), 'utf8');
  const sizes = [16, 32, 48, 64, 128, 256, 512, 1024];
  const images = new Map<number, Buffer>();
  for (const size of sizes) images.set(size, await render(from, drawing, size));
  const of = (size: number) => images.get(size) ?? Buffer.alloc(0);
  writeFileSync(join(folder, 'app.png'), of(1024));
  writeFileSync(join(folder, 'app.ico'), ico([16, 32, 48, 64, 128, 256].map((size) => [size, of(size)])));
  const kinds = {
    icp4: 16,
    icp5: 32,
    ic07: 128,
    ic08: 256,
    ic09: 512,
    ic10: 1024,
    ic11: 32,
    ic12: 64,
    ic13: 256,
    ic14: 512,
  };
  writeFileSync(join(folder, 'app.icns'), icns(Object.entries(kinds).map(([kind, size]) => [kind, of(size)])));
}

async function renderTray(from: Browser): Promise<void> {
  const drawing = readFileSync(join(folder, 'tray.svg'), 'utf8');
  mkdirSync(join(folder, 'tray'), { recursive: true });
  for (const state of states) {
    const hidden = states.filter((other) => other !== state).map((other) => `#${other}`);
    const only = drawing.replace('>', `><style>${hidden.join(',')}{display:none}</style>`);
    const coloured = only.replaceAll('INK', ink).replaceAll('MARK', marks[state]);
    // Of a template image macOS takes the shape alone.
    const template = only.replaceAll(/INK|MARK/g, '#000');
    for (const [scale, suffix] of [
      [1, ''],
      [2, '@2x'],
    ] as const) {
      writeFileSync(join(folder, 'tray', `${state}${suffix}.png`), await render(from, coloured, 24 * scale));
      writeFileSync(join(folder, 'tray', `${state}Template${suffix}.png`), await render(from, template, 18 * scale));
    }
  }
}

async function render(from: Browser, drawing: string, size: number): Promise<Buffer> {
  const page = await from.newPage({ viewport: { width: size, height: size } });
  const svg = drawing.replace('<svg ', `<svg width="${size}" height="${size}" `);
  await page.setContent(`<style>*{margin:0}svg{display:block}</style>${svg}`);
  const image = await page.screenshot({ omitBackground: true });
  await page.close();
  return image;
}

/** PNG images in an ICO. https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10) (2026-11) */
function ico(images: [size: number, png: Buffer][]): Buffer {
  const head = Buffer.alloc(6 + images.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, [size, png]] of images.entries()) {
    const at = 6 + index * 16;
    // 0 stands for 256.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...images.map(([, png]) => png)]);
}

/** PNG images in an ICNS: a name of four letters and a length before each. https://en.wikipedia.org/wiki/Apple_Icon_Image_format (2026-11) */
function icns(images: [kind: string, png: Buffer][]): Buffer {
  const blocks = images.map(([kind, png]) => block(kind, png));
  return block('icns', Buffer.concat(blocks));
}

function block(kind: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([head, content]);
}
