/** What every contestant is given: spans as columns, in the order of their start, none within another. */
export interface Spans {
  readonly length: number;
  /** Microseconds; at 0 begins the first. */
  readonly start: Float64Array;
  readonly duration: Float64Array;
  /** The position in `names` of each. */
  readonly name: Uint32Array;
  readonly names: readonly string[];
  /** The lane of each, for those who do not find one themselves. */
  readonly lane: Uint8Array;
  readonly lanes: number;
  /** The end of the last, in microseconds. */
  readonly end: number;
}

/** A range of time in microseconds. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * A chart that is measured: a file in `contestants/` that exports `make`, a `MakeContestant`. What takes its time may be done
 * later: the harness waits for the promise, and then for the picture.
 */
export interface Contestant {
  /** Brings the spans into the form that the chart takes, where that is a file: it counts for nobody. */
  readonly prepare?: (spans: Spans) => void | Promise<void>;
  /** Shows the spans, all of them in view. */
  load(spans: Spans): void | Promise<void>;
  /** Shows a range, at once and without gliding; missing where a chart shows no range of time. */
  readonly zoom?: (range: Range) => void | Promise<void>;
  /** Moves what is in view by so many microseconds; missing where a chart cannot be moved sideways. */
  readonly pan?: (by: number) => void | Promise<void>;
  /** Opens where a text to search for is typed, if that has to be opened. */
  readonly openSearch?: () => void | Promise<void>;
  /** Marks what has the text in its name; missing where a chart has no search. */
  readonly search?: (text: string) => void | Promise<void>;
}

/** Makes a contestant in an element that has a size. */
export type MakeContestant = (host: HTMLElement) => Contestant | Promise<Contestant>;
