import type { MergedGraph, Micros, Presence, Trace } from '@flowprof/model';
import type { Command } from './interaction/bindings.ts';
import type { Theme } from './theme.ts';
import type { ChartMode, IdleRules, TimeRange, Viewport } from './values.ts';

export type { ChartMode, IdleRules, TimeRange, Viewport };

/** Parts of spans as columns: during `[start[i], end[i])` the critical path runs through the span in row `row[i]`. */
export interface CriticalSegments {
  readonly row: Int32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/** The critical path: rows of spans, which are then on it from their start to their end, or sections of spans. */
export type CriticalPath = Int32Array | CriticalSegments;

/** Stretches of time to point out, as columns in the order of time; `row[i]` is the span of the i-th, or `NONE`. */
export type Highlight = CriticalSegments;

/** What a bar stands for that is not one span. Times are microseconds, counts may be sums over several runs. */
export interface Block {
  /** What it is in a sandwich: the name that was asked for, or what calls it or is called by it. */
  readonly role: 'block' | 'focus' | 'caller' | 'callee';
  readonly name: string;
  readonly nodeKey: string | null;
  /** The wall time of its spans, added up. Of a caller: of the spans that were asked for under it. */
  readonly total: number;
  /** Outside of the spans in them. */
  readonly self: number;
  readonly count: number;
  /** The total as a part (0 to 1) of all totals at the top. */
  readonly share: number;
  /** How many of its spans ran at once at most, where it is a stretch of time in which several did. */
  readonly atOnce?: number;
  /** The same in what it is compared with. */
  readonly base: {
    readonly total: number;
    readonly self: number;
    readonly count: number;
    readonly presence: Presence;
  } | null;
}

/** How a chart shows its run. */
export interface ModeChange {
  readonly mode: ChartMode;
  /** The name in the middle of the sandwich; null while none was asked for. */
  readonly focus: string | null;
}

/** By the key of a node, how many times as long as in the base it took; `Infinity` for one that is new. */
export type NodeDifference = ReadonlyMap<string, number>;

/** The span under the pointer. */
export interface Hover {
  /** A row of the span table; of a block the longest span in it. In a chart of a merged graph, the block. */
  readonly row: number;
  /** What the bar stands for, where that is not one span. */
  readonly block: Block | null;
  /** What marks and notes under the pointer say; `row` is `NONE` where there is nothing else. */
  readonly told: readonly string[];
  /** The time under the pointer, in microseconds. */
  readonly time: number;
  /** Where the pointer is within the host element, in CSS pixels. */
  readonly x: number;
  readonly y: number;
}

/** What somebody noted on a stretch of time. */
export interface ChartNote extends TimeRange {
  /** Shown as text, never as markup. */
  readonly text: string;
}

/** What of the picture is switched on. */
export interface Layers {
  readonly criticalPath: boolean;
  readonly queue: boolean;
  /** Long stretches in which nothing works are cut short. */
  readonly cutIdle: boolean;
}

/** What a chart tells, by the name of the event. */
export interface FlameChartEvents {
  /** The selected row of the span table, or null. */
  readonly select: number | null;
  readonly hover: Hover | null;
  readonly viewport: Viewport;
  /** The time range selected with Shift and drag, or null when it was cleared. */
  readonly range: TimeRange | null;
  readonly layers: Layers;
  /** The stretches of time that are cut; empty when none are. Told when they change. */
  readonly breaks: readonly TimeRange[];
  /** Told when it changes, by a key or by `setMode`. */
  readonly mode: ModeChange;
  /** How tall the chart has to be for all of it to show, in CSS pixels; told when it changes with the trace. */
  readonly height: number;
  /** How many spans match the search; told when the search or the trace changes. */
  readonly matches: number;
  /** The flag of a note was clicked: its position in the notes. */
  readonly note: number;
  /** Whether a large trace is being made ready; what was shown before stays until it is. */
  readonly loading: boolean;
  /** The user asked for the list of keyboard shortcuts; see `BINDINGS`. */
  readonly help: null;
}

/** Draws in step with the screen. Injected, so that a test can drive it. */
export interface FrameScheduler {
  /** Calls back once before the next frame with the time in milliseconds; returns a handle for `cancel`. */
  request(callback: (timeMs: number) => void): number;
  cancel(handle: number): void;
}

export interface FlameChartOptions {
  readonly theme?: Theme;
  /** What a screen reader calls the chart. */
  readonly label?: string;
  /** What the plain wheel does; Ctrl or Cmd and wheel always zooms. */
  readonly wheel?: 'scroll' | 'zoom';
  /** Whether the strip over the whole run is shown; it is unless this is false. */
  readonly minimap?: boolean;
  /** Whether nodes that have not started are drawn, as dotted outlines below the lanes. */
  readonly notStarted?: boolean;
  /** Jump instead of gliding; taken from the system's setting when absent. */
  readonly reducedMotion?: boolean;
  readonly scheduler?: FrameScheduler;
  /**
   * Makes a module worker whose file calls `serveCharts` of `@flowprof/flame/worker`; it lays out large traces. Without one that is done
   * in the page, in slices.
   */
  readonly worker?: () => Worker;
}

/** How a picture is saved. */
export interface PictureOptions {
  /** PNG when absent. */
  readonly kind?: 'png' | 'svg';
  /** What stands over it; the name of the run when absent. */
  readonly title?: string;
}

/** A flame chart inside a host element. All rows are rows of the trace's span table. */
export interface FlameChartHandle {
  /**
   * Shows a trace; a large one as soon as it has been made ready (see `loading`). The viewport stays when the chart showed a trace before and was zoomed in; otherwise the whole run
   * is in view.
   * @param options.now up to where spans that still run are drawn; the end of the latest span when absent
   */
  setTrace(trace: Trace, options?: { readonly now?: Micros | null; readonly keepViewport?: boolean }): void;
  /** Shows spans that are merged already, coloured by their nodes or, where there is a base, by what differs. All rows are then those of the graph. */
  setGraph(graph: MergedGraph, options?: { readonly colour?: 'node' | 'difference' }): void;
  /** Lets more than the run be reached, as where it is looked at beside a longer one; null for the run alone. */
  setReach(reach: TimeRange | null): void;
  /**
   * Shows the run in another way; what is selected and searched for stays.
   * @param options.focus the name in the middle of the sandwich; that of the selected span when absent
   */
  setMode(mode: ChartMode, options?: { readonly focus?: string | null }): void;
  mode(): ModeChange;
  /** Whether the axis is the clock of the run; else it adds up times. */
  isClock(): boolean;
  /** What the whole of the picture is on its axis. */
  reach(): TimeRange;
  /** Whether a trace is being made ready. */
  isLoading(): boolean;
  setTheme(theme: Theme): void;
  setCriticalPath(path: CriticalPath | null): void;
  setLayers(layers: Partial<Layers>): void;
  /** Shows notes on the axis. */
  setNotes(notes: readonly ChartNote[]): void;
  /** Says what counts as idle, for when idle stretches are cut. */
  setIdleRules(rules: IdleRules): void;
  /** Colours the spans by how much slower or faster their nodes are than in a base; null for the colours of the nodes. */
  setDifference(difference: NodeDifference | null): void;
  /** Points out stretches of time: their spans stay, all others fade. */
  setHighlight(highlight: Highlight | null): void;
  /** Selects a span; with `reveal` the chart also moves so that it can be seen. */
  select(row: number | null, options?: { readonly reveal?: boolean }): void;
  /** The selected row, or null. */
  selection(): number | null;
  /** Moves to a viewport, clamped to the run. */
  setViewport(viewport: Partial<Viewport>, options?: { readonly animate?: boolean }): void;
  viewport(): Viewport;
  /** Brings a span, or without a row the whole run, into view. */
  fit(row?: number): void;
  /** Fades all spans but those whose name or node contains the text (case ignored); returns how many match. */
  setSearch(text: string): number;
  /** Selects the next (1) or previous (-1) match of the search in time order; returns its row. */
  selectMatch(direction: 1 | -1): number | null;
  /** Clears or sets the selected range of time. */
  setRange(range: TimeRange | null): void;
  /** Carries out what a key would; returns whether there was something to do. */
  run(command: Command): boolean;
  /** Says what the plain wheel does. */
  setWheel(plain: 'scroll' | 'zoom'): void;
  /** Takes the size of the host element; needed only where `ResizeObserver` is missing. */
  resize(): void;
  /** What is on the screen as a file that needs nothing else, with title, axis and legend. */
  toBlob(options?: PictureOptions): Promise<Blob>;
  /** Listens to an event; returns a function that stops it. */
  on<K extends keyof FlameChartEvents>(type: K, listener: (event: FlameChartEvents[K]) => void): () => void;
  /** Puts the keyboard focus on the chart. */
  focus(): void;
  /** Takes everything out of the host element again. */
  destroy(): void;
}
