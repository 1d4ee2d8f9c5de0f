import { changeParameters, useParameters } from './location.ts';

interface Asked {
  isOpen: boolean;
  open(): void;
  close(): void;
}

/** A window of a page, open while the address says so (`/keys?do=create`): so it can be led to from anywhere, and a reload finds it again. */
export function useAsked(name: string): Asked {
  const isOpen = useParameters().get('do') === name;
  return {
    isOpen,
    open: () => changeParameters({ do: name }),
    close: () => changeParameters({ do: undefined }),
  };
}
