import type { Page } from 'playwright-core';
import { type Dashboard, goTo, inWindow } from './open.ts';
import type { Look } from './opened.ts';

/** What becomes of the page's calls of the contract: they are answered, wait, or fail as they would if the gateway broke inside. */
type Answers = 'given' | 'held' | 'failing';

interface StageLook extends Look {
  answers?: Answers;
}

/** A page on a stage: the same to a spec, in a browser as in the desktop window. */
export interface Scene {
  page: Page;
  /** Changes what becomes of calls, and lets those go that were held. */
  answer(answers: Answers): Promise<void>;
  /** Errors that the page wrote into its console, or did not catch. */
  complaints: string[];
  close(): Promise<void>;
}

/** Where pages are shown. */
export interface Stage {
  open(path: string, look?: StageLook): Promise<Scene>;
}

/** A dashboard whose gateway can be made to hesitate or fail, over whatever its calls go. */
export function createStage(dashboard: Dashboard): Stage {
  const setTrap = inWindow ? trapPort : trapHttp;
  return {
    async open(path, { answers = 'given', ...look } = {}) {
      // What is to be held or to fail is asked only by the page itself, which comes after.
      const page = await dashboard.open(answers === 'given' ? path : '/nowhere', look);
      const complaints = listenFor(page);
      const close = () => page.close();
      if (answers === 'given') return { page, complaints, close, answer: async () => {} };
      await page.getByText('There is no such page').waitFor();
      const answer = await setTrap(page);
      await answer(answers);
      await goTo(page, path);
      return { page, complaints, close, answer };
    },
  };
}

type Answer = (answers: Answers) => Promise<void>;

async function trapHttp(page: Page): Promise<Answer> {
  let now: Answers = 'given';
  const held = new Set<() => void>();
  await page.route('**/rpc/**', async (route) => {
    // The live stream is not what a page waits for.
    if (route.request().url().endsWith('/events')) return route.continue();
    if (now === 'held') await new Promise<void>((resolve) => held.add(resolve));
    if (now === 'failing')
      return route.fulfill({ status: 500, contentType: 'application/json', body: JSON.stringify(failure) });
    return route.continue().catch(() => {});
  });
  return async (answers) => {
    now = answers;
    for (const go of held) go();
    held.clear();
  };
}

/** The same on the page's end of its port: messages are held, or answered as the gateway answers what broke. */
async function trapPort(page: Page): Promise<Answer> {
  await page.evaluate(`(() => {
    const post = MessagePort.prototype.postMessage;
    const trap = { now: 'given', held: [] };
    globalThis.trap = trap;
    MessagePort.prototype.postMessage = function (message, ...rest) {
      const call = typeof message === 'string' ? JSON.parse(message) : {};
      if (trap.now === 'given' || !call.p?.u || call.p.u.endsWith('/events')) return post.call(this, message, ...rest);
      if (trap.now === 'held') return void trap.held.push(() => post.call(this, message, ...rest));
      const data = JSON.stringify({ i: call.i, p: { s: 500, b: ${JSON.stringify(failure)} } });
      setTimeout(() => this.dispatchEvent(new MessageEvent('message', { data })));
    };
  })()`);
  return (answers) =>
    page.evaluate(`trap.now = ${JSON.stringify(answers)}; for (const go of trap.held.splice(0)) go();`);
}

/** As the contract says that something went wrong inside. */
const failure = { json: { defined: false, code: 'internal', status: 500, message: 'The gateway failed inside.' } };

function listenFor(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // That a call was refused is the page's to show, not to complain about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return complaints;
}
