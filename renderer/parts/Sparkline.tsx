interface SparklineProps {
  /** Null: nothing is known of that moment, and the line leads past it. */
  values: readonly (number | null)[];
  /** The last value is of an hour or day that is not over: what leads to it may yet rise. */
  runs?: boolean;
  color?: string;
}

const WIDTH = 100;
const HEIGHT = 28;
/** So that the line is not cut at the edges. */
const MARGIN = 2;

/** The course of a figure, without axes: what it was exactly stands elsewhere. Zero is at the bottom, or where values change their sign. */
export function Sparkline({ values, runs = false, color = 'var(--accent)' }: SparklineProps) {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  const amounts = known.map(({ value }) => value);
  const least = Math.min(...amounts, 0);
  const span = Math.max(...amounts, 0) - least || 1;
  const step = WIDTH / Math.max(1, values.length - 1);
  const x = (index: number) => (index * step).toFixed(1);
  const y = (value: number) => (HEIGHT - MARGIN - ((value - least) / span) * (HEIGHT - 2 * MARGIN)).toFixed(1);
  const points = known.map(({ value, index }) => `${x(index)},${y(value)}`);
  const [first, last] = [known[0], known.at(-1)];
  // One alone is a dot, and not over either.
  const firm = runs && points.length > 1 ? points.slice(0, -1) : points;
  const shape = { stroke: color, strokeLinecap: 'round', vectorEffect: 'non-scaling-stroke' } as const;
  const floor = least < 0 ? y(0) : HEIGHT;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width="100%"
      height={HEIGHT}
      style={{ marginBlockStart: 'auto' }}
      preserveAspectRatio="none"
      overflow="visible"
      aria-hidden="true"
    >
      {first && last && (
        <>
          <polygon
            points={`${x(first.index)},${floor} ${points.join(' ')} ${x(last.index)},${floor}`}
            fill={color}
            opacity={0.12}
          />
          <polyline
            {...shape}
            points={firm.length === 1 ? `${firm[0]} ${firm[0]}` : firm.join(' ')}
            fill="none"
            strokeWidth={points.length === 1 ? 4 : 1.5}
          />
          {firm !== points && (
            <path {...shape} d={`M${firm.at(-1)} L${points.at(-1)}`} strokeWidth={1.5} strokeDasharray="1 3" />
          )}
        </>
      )}
    </svg>
  );
}
