import type { Preferences } from '../contract/desktop.ts';
import type { Notice } from '../gateway/host.ts';
import type { Translate } from './messages.ts';

interface NoticesOptions {
  /** Shows one on the screen; `page` opens when it is clicked. */
  show(shown: { title: string; body: string; page: string }): void;
  wanted(): Preferences['notifications'];
  /** The person's language, as it is now. */
  translate(): Translate;
}

/** Notices of one kind that come within this time are shown as one. */
const groupMs = 5_000;
/** Of all kinds, within 24 hours. The dashboard shows what is left out. */
const maxPerDay = 6;
const dayMs = 24 * 3_600_000;

const pages: Record<Notice['kind'], string> = {
  prices: '/models',
  budget: '/keys',
  provider: '/providers',
  key: '/providers',
  alert: '/alerts',
};

/** Shows notices on the screen: grouped, at most a few a day, and none of a kind that the person has switched off. */
export function createNotices({ show, wanted, translate }: NoticesOptions): (notice: Notice) => void {
  const waiting = new Map<Notice['kind'], Notice[]>();
  let shownAtMs: number[] = [];

  function flush(kind: Notice['kind']): void {
    const group = waiting.get(kind) ?? [];
    waiting.delete(kind);
    const nowMs = Date.now();
    shownAtMs = shownAtMs.filter((atMs) => nowMs - atMs < dayMs);
    const [first] = group;
    if (first === undefined || shownAtMs.length >= maxPerDay || !wanted()[kind]) return;
    shownAtMs.push(nowMs);
    const page = first.page ?? pages[kind];
    if (group.length === 1) show({ title: first.title, body: first.body, page });
    else {
      const title = translate()(`many.${kind}`, { count: group.length });
      show({ title, body: group.map((one) => one.title).join('\n'), page });
    }
  }

  return (notice) => {
    const group = waiting.get(notice.kind);
    if (group) {
      group.push(notice);
      return;
    }
    waiting.set(notice.kind, [notice]);
    setTimeout(flush, groupMs, notice.kind);
  };
}
