import { language } from './i18n/index.ts';

/** How numbers are written for reading, in the language that is drawn. `—` stands for what is not known. */
const UNKNOWN = '—';

const formats = new Map<string, Intl.NumberFormat>();

function format(value: number, options: Intl.NumberFormatOptions): string {
  const key = `${language.get()}${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.NumberFormat(language.get(), options);
    formats.set(key, made);
  }
  return made.format(value);
}

/** US dollars with the digits that matter: `$0`, `$0.0003`, `$0.042`, `$4.52`, `$12,480`. */
export function money(usd: number | null): string {
  if (usd === null) return UNKNOWN;
  const size = Math.abs(usd);
  const dollars = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  if (size === 0) return format(0, { ...dollars, maximumFractionDigits: 0 });
  if (size < 0.000_001) return `<${format(0.000_001, { ...dollars, maximumFractionDigits: 6 })}`;
  if (size < 1) {
    // Two digits that matter, and never fewer than cents.
    const digits = Math.max(2, 1 - Math.floor(Math.log10(size)));
    const shown = format(usd, { ...dollars, minimumFractionDigits: 2, maximumFractionDigits: digits });
    return shown;
  }
  return format(usd, {
    ...dollars,
    maximumFractionDigits: size < 1000 ? 2 : 0,
    minimumFractionDigits: size < 1000 ? 2 : 0,
  });
}

/** A mark of an axis whose marks are a step apart: all with the digits that tell one from the next. */
export function axisMoney(usd: number, stepUsd: number): string {
  const digits = usd === 0 ? 0 : centsOf(stepUsd);
  const dollars = { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' } as const;
  return format(usd, { ...dollars, minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Digits after the point: none, or cents and what is less. */
function centsOf(stepUsd: number): number {
  for (let digits = 0; digits < 14; digits += digits === 0 ? 2 : 1) {
    const shown = stepUsd * 10 ** digits;
    if (shown > 0.5 && Math.abs(shown - Math.round(shown)) < 1e-6) return digits;
  }
  return 14;
}

/** `1,234`, and `1.2M` where the last digits would only be noise. */
export function count(value: number | null): string {
  if (value === null) return UNKNOWN;
  return Math.abs(value) < 100_000
    ? format(value, { maximumFractionDigits: 0 })
    : format(value, { notation: 'compact', maximumFractionDigits: 1 });
}

/** A mark or score with as many decimals as its neighbours have: `2.0`. */
export function decimal(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined
    ? UNKNOWN
    : format(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

interface NumberSigns {
  thousandSeparator: string;
  decimalSeparator: string;
  allowedDecimalSeparators: string[];
}

/**
 * How numbers are typed into fields. In Spanish either sign begins the fraction, as keyboards have both; thousands are set apart by a space, so that
 * neither can be taken for them.
 */
export function numberSigns(): NumberSigns {
  return language.get() === 'es'
    ? { thousandSeparator: ' ', decimalSeparator: ',', allowedDecimalSeparators: ['.', ','] }
    : { thousandSeparator: ',', decimalSeparator: '.', allowedDecimalSeparators: ['.'] };
}

/**
 * What a field of numbers holds, its fraction behind a point; null: none. `whole`: of what is counted there are no fractions, so that three digits
 * behind a sign are thousands, as in `1.500`, and anything else is rounded.
 */
export function readNumber(text: string | number, whole: boolean): number | null {
  const written = String(text);
  if (written === '' || !Number.isFinite(Number(written))) return null;
  if (!whole) return Number(written);
  return /^\d+\.(\d{3})+$/.test(written) ? Number(written.replace('.', '')) : Math.round(Number(written));
}

/** A share of 0..1. */
export function percent(share: number | null): string {
  if (share === null) return UNKNOWN;
  const digits = share !== 0 && Math.abs(share) < 0.1 ? 1 : 0;
  return format(share, { style: 'percent', maximumFractionDigits: digits });
}

const unitOf = (unit: string) => ({ style: 'unit', unit, unitDisplay: 'narrow' }) as const;

/** `840ms`, `1.24s`, `3m`, `12 days`. */
export function duration(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  if (ms > 0 && ms < 10) return format(ms, { ...unitOf('millisecond'), maximumFractionDigits: ms < 1 ? 2 : 1 });
  if (ms < 1000) return format(ms, { ...unitOf('millisecond'), maximumFractionDigits: 0 });
  if (ms < 60_000) {
    return format(ms / 1000, { ...unitOf('second'), maximumFractionDigits: ms < 10_000 ? 2 : 1 });
  }
  if (ms < 3_600_000) return format(ms / 60_000, { ...unitOf('minute'), maximumFractionDigits: 1 });
  if (ms < 86_400_000 * 2) return format(ms / 3_600_000, { ...unitOf('hour'), maximumFractionDigits: 1 });
  return format(ms / 86_400_000, { style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: 0 });
}

const MOST_CHANGE = 9;

/** How much more or less, as a share. Null: there is nothing to compare with, or it has another sign. */
export function change(now: number | null, before: number | null): number | null {
  return now === null || before === null || before <= 0 ? null : now / before - 1;
}

/** `+12%`, `−8%`; beyond the tenfold, how much exactly says no more: `>+900%`. */
export function signedPercent(share: number): string {
  if (share > MOST_CHANGE) return `>${signedPercent(MOST_CHANGE)}`;
  return format(share, {
    style: 'percent',
    maximumFractionDigits: Math.abs(share) < 0.1 ? 1 : 0,
    signDisplay: 'exceptZero',
  });
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** `3 min. ago`, `in 2 days`. */
export function ago(atMs: number, nowMs: number): string {
  const distance = atMs - nowMs;
  const [unit, size] = steps.find(([, size]) => Math.abs(distance) >= size) ?? ['second', 1000];
  const relative = new Intl.RelativeTimeFormat(language.get(), { numeric: 'auto', style: 'short' });
  return relative.format(Math.trunc(distance / size), unit);
}

/** The exact time, to the second. */
export function exactTime(atMs: number): string {
  return new Date(atMs).toLocaleString(language.get(), { dateStyle: 'medium', timeStyle: 'medium' });
}

export function day(atMs: number): string {
  return new Date(atMs).toLocaleDateString(language.get(), { day: 'numeric', month: 'short' });
}

export function hour(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(language.get(), { hour: '2-digit', minute: '2-digit' });
}

/** A size on disk, in the unit that reads best. */
export function bytes(value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(units.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
  // The word for one is long, and of no plural in English.
  if (power === 0) return `${format(value, { maximumFractionDigits: 0 })} B`;
  return new Intl.NumberFormat(language.get(), {
    style: 'unit',
    unit: units[power],
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(value / 1000 ** power);
}
