import { formatFixed } from "../messages/numbers.ts";
import styles from "./DriftPlot.module.css";

export interface DriftLine {
  readonly name: string;
  readonly color: string;
  /** One a frame. */
  readonly values: readonly number[];
}

export interface DriftPlotProps {
  readonly label: string;
  readonly unit: string;
  readonly lines: readonly DriftLine[];
}

const width = 400;
const height = 72;

/** Lines over the frames, with the scale at the left and zero drawn. */
export function DriftPlot({ label, unit, lines }: DriftPlotProps) {
  const all = lines.flatMap(({ values }) => values);
  const most = Math.max(0, ...all);
  const least = Math.min(0, ...all);
  const span = most - least || 1;
  const yOf = (value: number): number => ((most - value) / span) * height;
  const places = span < 1 ? 2 : 1;
  return (
    <figure className={styles.plot} aria-label={label}>
      <div className={styles.scale}>
        <span>{`${formatFixed(most, places)} ${unit}`}</span>
        <span>{`${formatFixed(least, places)} ${unit}`}</span>
      </div>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden>
        <line className={styles.zero} x1={0} x2={width} y1={yOf(0)} y2={yOf(0)} />
        {lines.map(({ name, color, values }) => (
          <polyline key={name} points={pointsOf(values, yOf)} style={{ stroke: color }} />
        ))}
      </svg>
      <figcaption>
        {lines.map(({ name, color }) => (
          <span key={name}>
            <i style={{ background: color }} />
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

const pointsOf = (values: readonly number[], yOf: (value: number) => number): string =>
  values
    .map((value, i) => `${((i / Math.max(1, values.length - 1)) * width).toFixed(1)},${yOf(value).toFixed(1)}`)
    .join(" ");
