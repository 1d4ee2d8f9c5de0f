const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

/**
 * Where what had the focus is taken away by a redraw, the keyboard goes on at what is nearest to where it was, and not at the top of the window:
 * a list whose entry was removed, a button that is no more of use. A button that only waits for an answer has the focus again afterwards.
 * Returns how to end it.
 */
export function keepFocus(root: HTMLElement): () => void {
  /** What had the focus within the root, and all that it was in. */
  let path: HTMLElement[] = [];
  let waits = false;
  const note = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return;
    waits = false;
    if (root.contains(target)) path = ancestorsWithin(root, target);
    // A menu or window over the page: what led to it is still where one goes on.
    else if (target.closest('[data-portal]') === null) path = [];
  };
  const forget = ({ target, relatedTarget }: FocusEvent) => {
    // Let go by the reader, not taken away.
    if (relatedTarget !== null || !(target instanceof Element)) return;
    queueMicrotask(() => {
      if (target.isConnected && !target.matches(':disabled')) path = [];
    });
  };
  const watch = new MutationObserver(() => {
    const [last] = path;
    if (last === undefined || document.activeElement !== document.body) return;
    if (last.isConnected && last.matches('[data-loading]')) waits = true;
    else if (last.isConnected && !last.matches(':disabled')) {
      if (waits) last.focus({ preventScroll: true });
    } else goOn();
  });
  function goOn(): void {
    const near = path.filter((one) => one.isConnected);
    path = [];
    const next = near.map((one) => one.querySelector<HTMLElement>(FOCUSABLE)).find((one) => one !== null);
    (next ?? root).focus({ preventScroll: true });
  }
  document.addEventListener('focusin', note);
  document.addEventListener('focusout', forget);
  watch.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled', 'data-loading'] });
  return () => {
    document.removeEventListener('focusin', note);
    document.removeEventListener('focusout', forget);
    watch.disconnect();
  };
}

function ancestorsWithin(root: HTMLElement, element: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let one: HTMLElement | null = element; one !== null && one !== root; one = one.parentElement) found.push(one);
  return found;
}
