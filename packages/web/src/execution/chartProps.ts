import type { Highlight } from '@flowprof/flame';
import type { Micros, Trace } from '@flowprof/model';
import type { Step } from '../api/types.ts';
import type { PageAnalysis } from './analysis.ts';
import type { Note } from './notes/queries.ts';
import type { Stretch, UrlState, View } from './urlState.ts';

/** What the panel of the flame chart, and its parts, are given. */
export interface ChartPanelProps {
  readonly trace: Trace;
  /** Undefined until the trace has been analysed. */
  readonly analysis: PageAnalysis | undefined;
  readonly steps: readonly Step[];
  /** Microseconds from the execution's start; null once nothing runs. */
  readonly now: Micros | null;
  /** Stretches of time to point out. */
  readonly highlight: Highlight | null;
  readonly state: UrlState;
  readonly onChange: (change: Partial<UrlState>) => void;
  /** What the chart shows at first, and where it tells what it shows now. */
  readonly initialView: View | null;
  readonly onView: (view: View | null) => void;
  /** A link that opens exactly what is shown. */
  readonly linkOf: () => string;
  readonly onHelp: () => void;
  readonly notes: readonly Note[];
  /** Writes a note on a stretch of time, or changes one; null for who may only read. */
  readonly onWriteNote: ((stretch: Stretch) => void) | null;
  readonly onEditNote: ((note: Note) => void) | null;
}
