import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { numberSigns } from '../format.ts';

interface AmountInputProps extends Omit<NumberInputProps, 'value' | 'onChange' | 'defaultValue'> {
  /** Null: empty. */
  value: number | null;
  /** An emptied field is null; who takes no null gets the last number shown again when the field is left. */
  onChange(value: number | null): void;
}

/**
 * A number that may be a fraction. While it is typed it is a text: `0.0` on the way to `0.05` is no other number than `0`, and written back
 * as that it would lose what was typed.
 */
export function AmountInput({ value, onChange, ...props }: AmountInputProps) {
  const [text, setText] = useState<string | number>(value ?? '');
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    if (value !== read(text)) setText(value ?? '');
  }
  return (
    <NumberInput
      hideControls
      {...numberSigns()}
      {...props}
      value={text}
      onChange={(next) => {
        setText(next);
        onChange(read(next));
      }}
      onBlur={() => setText(value ?? '')}
    />
  );
}

function read(text: string | number): number | null {
  return text === '' || !Number.isFinite(Number(text)) ? null : Number(text);
}
