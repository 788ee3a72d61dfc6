/** A part of a bar: how much there is of one kind. */
export interface BarKind {
  readonly key: string;
  readonly label: string;
  readonly look: 'plain' | 'hatched' | 'dotted' | 'pale' | 'open';
  readonly colour: 'work' | 'bad' | 'warn' | 'muted' | 'accent';
}

/** A stretch of time with how much there is of each kind in it, by the kind's key. */
export interface BarSlot {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** Everything of a slot together. */
export function sumOf({ counts }: BarSlot): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** All slots of a period, with those in which there is nothing. @param most how many there are at most */
export function everySlot(slots: readonly BarSlot[], from: number, to: number, step: number, most = 1000): BarSlot[] {
  if (step <= 0 || to <= from) return [];
  const known = new Map(slots.map((slot) => [slot.from, slot]));
  const length = Math.min(most, Math.ceil((to - from) / step));
  return Array.from(
    { length },
    (_, at) => known.get(from + at * step) ?? { from: from + at * step, counts: new Map() },
  );
}
