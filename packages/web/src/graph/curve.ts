interface Point {
  readonly x: number;
  readonly y: number;
}

/** An SVG path through points, level at each of them. */
export function curveThrough(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (!first) return '';
  let path = `M${first.x},${first.y}`;
  let last = first;
  for (const point of others) {
    const middle = (last.x + point.x) / 2;
    path += ` C${middle},${last.y} ${middle},${point.y} ${point.x},${point.y}`;
    last = point;
  }
  return path;
}
