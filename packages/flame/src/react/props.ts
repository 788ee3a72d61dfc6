import type { Micros, Trace } from '@flowprof/model';
import type { ReactNode, Ref } from 'react';
import type {
  ChartNote,
  ChartMode,
  CriticalPath,
  FlameChartHandle,
  FlameChartOptions,
  Highlight,
  Hover,
  IdleRules,
  Layers,
  ModeChange,
  NodeDifference,
  TimeRange,
  Viewport,
} from '../api.ts';
import type { Theme } from '../theme.ts';

/** What a `FlameChart` can be told. Whatever is left out the chart decides itself. */
export interface FlameChartProps {
  readonly trace: Trace;
  /** Up to where spans that still run are drawn. */
  readonly now?: Micros | null;
  readonly criticalPath?: CriticalPath | null;
  readonly theme?: Theme;
  readonly mode?: ChartMode;
  /** The name in the middle of the sandwich; that of the selected span when null. */
  readonly focus?: string | null;
  readonly onModeChange?: (change: ModeChange) => void;
  readonly selectedRow?: number | null;
  readonly onSelect?: (row: number | null) => void;
  readonly onHover?: (hover: Hover | null) => void;
  /** Where to look. A value that differs from what the chart shows moves it; leave it out to let the chart itself decide. */
  readonly viewport?: Partial<Viewport>;
  readonly onViewportChange?: (viewport: Viewport) => void;
  readonly range?: TimeRange | null;
  readonly onRangeChange?: (range: TimeRange | null) => void;
  readonly search?: string;
  /** Told how many spans the search found. */
  readonly onSearchResult?: (matches: number) => void;
  readonly layers?: Partial<Layers>;
  readonly onLayersChange?: (layers: Layers) => void;
  /** What counts as idle, for when idle stretches are cut. */
  readonly idleRules?: IdleRules;
  /** Told which stretches of time are cut. */
  readonly onBreaks?: (breaks: readonly TimeRange[]) => void;
  /** Notes on the time axis. */
  readonly notes?: readonly ChartNote[];
  /** The flag of a note was clicked: its position in `notes`. */
  readonly onNote?: (at: number) => void;
  /** What the plain wheel does. */
  readonly wheel?: 'scroll' | 'zoom';
  /** Colours the spans by how much slower or faster their nodes are than in a base. */
  readonly difference?: NodeDifference | null;
  /** Stretches of time to point out. */
  readonly highlight?: Highlight | null;
  /** Told how tall the chart has to be, in CSS pixels, for all of it to show. */
  readonly onHeight?: (height: number) => void;
  /** The user pressed `?`. */
  readonly onHelp?: () => void;
  /** What the hover card says, instead of the built-in description; null for no card. */
  readonly renderHover?: ((trace: Trace, hover: Hover) => ReactNode) | null;
  readonly label?: string;
  readonly className?: string;
  /** Read when the chart is made. */
  readonly options?: Omit<FlameChartOptions, 'theme' | 'label'>;
  /** The chart itself, for what has no prop: `fit`, `selectMatch`, `toBlob`. */
  readonly ref?: Ref<FlameChartHandle | null>;
}
