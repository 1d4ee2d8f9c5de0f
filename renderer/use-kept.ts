import { useEffect, useState } from 'react';
import { keep, kept } from './store.ts';

/**
 * What is typed into a window that the address holds open: a reload finds it again, closing the window forgets it. `bare` takes out what is
 * secret: that is never kept.
 */
export function useKept<Value>(
  name: string,
  initial: Value,
  bare: (value: Value) => Value = (value) => value,
): [Value, (value: Value) => void] {
  const [value, setValue] = useState<Value>(() => kept<Value>(name) ?? initial);
  useEffect(() => () => void keep(name, null), [name]);
  const set = (next: Value) => {
    setValue(next);
    keep(name, bare(next));
  };
  return [value, set];
}
