import { Anchor } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type MessageKey, t } from '../../i18n/index.ts';
import { useParameters, withParameters } from '../../location.ts';

export interface Section {
  /** As the address says it: `/settings?section=network`. */
  id: string;
  title: MessageKey;
  body: ReactNode;
}

interface SectionsProps {
  sections: readonly Section[];
  /** Before the first. */
  children?: ReactNode;
}

/** The parts of a long page, with a link to each; the one that is read now is marked. */
export function Sections({ sections, children }: SectionsProps) {
  const asked = useParameters().get('section');
  const [read, setRead] = useState<string>();
  const around = useRef<HTMLDivElement>(null);
  const ids = sections.map(({ id }) => id).join(' ');
  useEffect(() => {
    const inSight = new Set<Element>();
    const nodes = ids.split(' ').flatMap((id) => document.getElementById(id) ?? []);
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) inSight[isIntersecting ? 'add' : 'delete'](target);
        setRead(nodes.find((node) => inSight.has(node))?.id);
      },
      // Read is what stands in the upper third, below the header.
      { rootMargin: '-80px 0px -66% 0px' },
    );
    for (const node of nodes) observer.observe(node);
    return () => observer.disconnect();
  }, [ids]);
  useEffect(() => {
    if (asked === null || around.current === null) return;
    show(asked);
    return keepInSight(asked, around.current);
  }, [asked]);
  return (
    <div className="sectioned">
      <nav className="sections" aria-label={t('settings.sections')}>
        {sections.map(({ id, title }) => (
          <Anchor
            key={id}
            size="sm"
            href={`#${withParameters('/settings', { section: id })}`}
            onClick={() => show(id)}
            aria-current={read === id ? 'location' : undefined}
          >
            {t(title)}
          </Anchor>
        ))}
      </nav>
      <div className="section-list" ref={around}>
        {children}
        {sections.map(({ id, body }) => (
          <div key={id} id={id} className="section" tabIndex={-1}>
            {body}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Parts before it may still grow as they load. Until the person does something: then they go where they like. */
function keepInSight(id: string, list: Element): () => void {
  const ending = new AbortController();
  const observer = new ResizeObserver(() => document.getElementById(id)?.scrollIntoView());
  const end = () => {
    ending.abort();
    observer.disconnect();
  };
  // The browser would go back to where the page was scrolled before it was loaded anew.
  history.scrollRestoration = 'manual';
  observer.observe(list);
  for (const type of ['wheel', 'pointerdown', 'keydown'])
    addEventListener(type, end, { signal: ending.signal, passive: true });
  return end;
}

function show(id: string): void {
  const node = document.getElementById(id);
  node?.scrollIntoView();
  node?.focus({ preventScroll: true });
}
