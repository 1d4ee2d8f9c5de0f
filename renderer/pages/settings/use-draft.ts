import { useState } from 'react';

/** What is being typed in the place of a value; once that is another one, by whomever, the draft is that. */
export function useDraft<Value>(value: Value): [Value, (draft: Value) => void] {
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  // Lists come anew with every answer, and are the same.
  if (JSON.stringify(value) !== JSON.stringify(seen)) {
    setSeen(value);
    setDraft(value);
  }
  return [draft, setDraft];
}
