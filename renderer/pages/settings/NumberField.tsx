import { t } from '../../i18n/index.ts';
import { AmountInput } from '../../parts/AmountInput.tsx';
import { useDraft } from './use-draft.ts';

interface FieldProps {
  label: string;
  description?: string;
  suffix?: string;
  thousandSeparator?: string;
  w?: number;
  min: number;
  max: number;
  value: number;
  onSet(value: number): void;
}

interface OptionalProps extends Omit<FieldProps, 'value' | 'onSet'> {
  /** Null: without bound. */
  value: number | null;
  onSet(value: number | null): void;
}

/** Set when one leaves the field or presses Enter, not at each digit. Emptied, it has its number again. */
export function NumberField({ value, onSet, ...rest }: FieldProps) {
  return <Field {...rest} value={value} onSet={(next) => onSet(next ?? value)} onEmpty={value} />;
}

/** The same for what may be without bound: emptied, it is. */
export function BoundField(props: OptionalProps) {
  return <Field {...props} onEmpty={null} placeholder={t('settings.unlimited')} />;
}

function Field({ value, onSet, onEmpty, ...rest }: OptionalProps & { onEmpty: number | null; placeholder?: string }) {
  const [typed, setTyped] = useDraft(value);
  const settle = () => {
    const next = typed === null ? onEmpty : Math.min(rest.max, Math.max(rest.min, typed));
    setTyped(next);
    if (next !== value) onSet(next);
  };
  return (
    <AmountInput
      whole
      {...rest}
      value={typed}
      onChange={setTyped}
      onBlur={settle}
      onKeyDown={(event) => event.key === 'Enter' && settle()}
    />
  );
}
