interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How high the bar of the shortest run still is, and how far bars are apart. */
const LOWEST = 2;
const GAP = 2;
const WIDEST = 9;

/**
 * Bars from the bottom, each as high as its value, the highest filling the picture. They begin at the left.
 * @param values what is not known is as low as can be
 */
export function sparkBars(values: readonly (number | null)[], width: number, height: number): Bar[] {
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  const step = Math.min(WIDEST, width / Math.max(1, values.length));
  return values.map((value, at) => {
    const share = most > 0 ? (value ?? 0) / most : 0;
    const tall = Math.max(LOWEST, (height - 1) * share);
    return { x: at * step + 0.5, y: height - tall - 0.5, width: Math.max(1, step - GAP), height: tall };
  });
}

/** The path of a line through values, from 0 at the bottom to the largest at the top; broken where one is not known. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number): string {
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  const step = width / Math.max(1, values.length - 1);
  let isBroken = true;
  const parts: string[] = [];
  values.forEach((value, at) => {
    if (value !== null) {
      const y = most > 0 ? height - 1.5 - (value / most) * (height - 3) : height - 1.5;
      const [from, to] = [Number((at * step).toFixed(1)), Number(y.toFixed(1))];
      // A value between two gaps is a dot.
      parts.push(`${isBroken ? 'M' : 'L'}${from} ${to}`);
      if (isBroken && (values[at + 1] ?? null) === null) parts.push('h0.5');
    }
    isBroken = value === null;
  });
  return parts.join('');
}
