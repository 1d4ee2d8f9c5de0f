/** A figure that the project has promised, beside the one that was measured. */
export interface Check {
  what: string;
  measured: number;
  /** What it must not fall below, or not exceed. */
  atLeast?: number;
  atMost?: number;
  /** What would be better still; shown only. */
  stretch?: number;
  unit?: string;
}

/** What one scenario found. */
export interface Finding {
  name: string;
  /** What was done, in one line. */
  title: string;
  columns: string[];
  /** The first cell of a row names it. NaN: not measured. */
  rows: (string | number)[][];
  checks: Check[];
  /** What a reader must know to trust the figures, errors first. */
  notes: string[];
}

/** A number with about three significant digits. */
function figure(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 10 ? 1 : size >= 0.995 ? 2 : 3);
}

function cell(value: string | number): string {
  return typeof value === 'number' ? figure(value) : value;
}

export function isMet(check: Check): boolean {
  const { measured, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = check;
  return measured >= atLeast && measured <= atMost;
}

function checkLine(check: Check, width: number): string {
  const unit = check.unit === undefined ? '' : ` ${check.unit}`;
  const [word, limit] = check.atLeast === undefined ? ['at most', check.atMost ?? 0] : ['at least', check.atLeast];
  const stretch = check.stretch === undefined ? '' : `, better ${check.stretch}`;
  const measured = `${figure(check.measured)}${unit}`.padStart(12);
  return `  ${isMet(check) ? '✓' : '✗'} ${check.what.padEnd(width)} ${measured}   ${word} ${limit}${unit}${stretch}`;
}

/** A finding as a table for people, at most 100 columns wide. */
export function table(finding: Finding): string {
  const cells = [finding.columns, ...finding.rows.map((row) => row.map(cell))];
  const widths = finding.columns.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const width = Math.max(0, ...finding.checks.map((check) => check.what.length));
  return [
    `\n${finding.name} · ${finding.title}`,
    ...lines.map((line) => `  ${line.trimEnd()}`),
    ...finding.checks.map((check) => checkLine(check, width)),
    ...finding.notes.map((note) => `  ! ${note.slice(0, 94)}`),
  ].join('\n');
}
