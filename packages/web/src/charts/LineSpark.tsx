import { sparkPath } from './spark.ts';

const WIDTH = 120;
const HEIGHT = 22;

/** Values from left to right as a line; where one is not known it is broken. */
export function LineSpark({ values, label }: { readonly values: readonly (number | null)[]; readonly label: string }) {
  return (
    <svg className="spark spark-line" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path d={sparkPath(values, WIDTH, HEIGHT)} />
    </svg>
  );
}
