import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useState } from 'react';
import { numberSigns, readNumber } from '../format.ts';

interface AmountInputProps extends Omit<NumberInputProps, 'value' | 'onChange' | 'defaultValue' | 'allowDecimal'> {
  /** Null: empty. */
  value: number | null;
  /** Counts something: a fraction that is typed is rounded, never taken for more digits. */
  whole?: boolean;
  /** An emptied field is null; who takes no null gets the last number shown again when the field is left. */
  onChange(value: number | null): void;
}

/**
 * Any number that is typed. Meanwhile it is a text: `0.0` on the way to `0.05` is no other number than `0`, and written back
 * as that it would lose what was typed.
 */
export function AmountInput({ value, onChange, whole = false, onBlur, ...props }: AmountInputProps) {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = props;
  const [text, setText] = useState<string | number>(value ?? '');
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    if (value !== readNumber(text, whole)) setText(value ?? '');
  }
  return (
    <NumberInput
      hideControls
      allowNegative={false}
      {...numberSigns()}
      {...props}
      valueIsNumericString
      // Its own way reads `1.500` as one and a half, whatever is counted.
      clampBehavior="none"
      trimLeadingZeroesOnBlur={false}
      value={text}
      onChange={(next) => {
        setText(next);
        onChange(readNumber(next, whole));
      }}
      onBlur={(event) => {
        const last = value === null ? null : Math.min(Number(max), Math.max(Number(min), value));
        if (last !== value) onChange(last);
        setText(last ?? '');
        onBlur?.(event);
      }}
    />
  );
}
