import type { Highlight } from '@flowprof/flame';
import type { Micros, Status, Trace } from '@flowprof/model';
import type { ComponentType } from 'react';
import type { Execution, Step } from '../../api/types.ts';
import type { PageAnalysis } from '../analysis.ts';
import type { UrlStateHandle } from '../useUrlState.ts';

/** Where an execution comes from that can be asked for more. */
export interface Source {
  readonly workspace: string;
  readonly execution: Execution;
}

/** What a tab of an execution is given. */
export interface TabProps {
  /** Undefined until it has been loaded. */
  readonly trace: Trace | undefined;
  /** Undefined until the trace has been analysed. */
  readonly analysis: PageAnalysis | undefined;
  readonly status: Status;
  readonly steps: readonly Step[];
  /** Microseconds from the execution's start; null once nothing runs. */
  readonly present: Micros | null;
  /** Stretches of time to point out. */
  readonly highlight: Highlight | null;
  readonly address: UrlStateHandle;
  /** Null in a page that has no server. */
  readonly source: Source | null;
  /** Shows a span, by its row, in the chart. */
  readonly onShow: (row: number) => void;
  readonly onHelp: () => void;
}

/** A tab of an execution. */
export interface ExecutionTab {
  /** Its name in the address. */
  readonly id: string;
  readonly title: string;
  /** How many things are in it, where that says something. */
  readonly count?: (props: TabProps) => number;
  /** Whether it lays itself out in all of the room that there is, instead of being scrolled. */
  readonly fills?: boolean;
  /** Whether it asks a server, so that a page by itself has no such tab. */
  readonly asksServer?: boolean;
  readonly component: ComponentType<TabProps>;
}
