import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '../i18n/index.ts';

interface WindowProps extends Pick<ModalProps, 'title' | 'size' | 'onClose' | 'closeOnClickOutside' | 'children'> {}

/** A window over the page, there for as long as it is drawn. What had the focus before has it again afterwards. */
export function Window(props: WindowProps) {
  useFocusBack();
  return <Modal opened closeButtonProps={{ 'aria-label': t('action.close') }} {...props} />;
}

function useFocusBack(): void {
  // While it is drawn for the first time: the next moment a menu that led here is gone, and the focus with it.
  const [opener] = useState(() => openerOf(document.activeElement));
  useEffect(
    () => () => {
      // What was done may have taken the button away that led to it; then one goes on at the top of the page, not of the window.
      setTimeout(() => {
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const target = opener?.isConnected ? opener : document.getElementById('main');
        target?.focus({ preventScroll: true });
      });
    },
    [opener],
  );
}

/** An entry of a menu is gone with its menu: the button that opened that stands for it. */
function openerOf(active: Element | null): HTMLElement | null {
  const button = active?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const opener = button ? document.getElementById(button) : active;
  return opener instanceof HTMLElement && opener !== document.body ? opener : null;
}
