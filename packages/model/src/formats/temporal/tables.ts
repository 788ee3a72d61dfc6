/** What runs are drawn into. */
import type { JsonObject } from '../../json.ts';
import { AnnotationTableBuilder, NodeTableBuilder, SpanTableBuilder } from '../../trace/builder.ts';
import { NONE } from '../../trace/trace.ts';
import { WarningCounter } from '../../trace/warnings.ts';
import type { EpochMicros } from '../../units.ts';
import type { OwnNotes } from './own-notes.ts';
import { ROOM_OF_EXECUTION, type Room } from './payloads.ts';

/** So many heartbeats of one execution are drawn; the others are counted. */
const MAX_HEARTBEATS = 50_000;

/** Where an attempt at an activity is drawn. */
export interface Executed {
  readonly runId: string | null;
  readonly activityId: string;
  /** The row of the phase `execute`, and of the node. */
  readonly row: number;
  readonly node: number;
  /** Microseconds from the start of the run; null while it runs. */
  readonly from: number;
  readonly to: number | null;
  /** By how much the worker's clock is ahead, in microseconds. */
  readonly offset: number;
}

/** The tables that runs are drawn into. */
export interface Tables {
  readonly nodes: NodeTableBuilder;
  readonly spans: SpanTableBuilder;
  readonly annotations: AnnotationTableBuilder;
  readonly warnings: WarningCounter;
  readonly room: Room;
  /** How many more heartbeats are drawn. */
  heartbeats: number;
  /** Where attempts are drawn, if anybody is to look for them. */
  readonly executed: Executed[];
  /** What the engine of a workflow file wrote down; null where it is no run of one. */
  readonly own: OwnNotes | null;
}

export function newTables(expected: number, own: OwnNotes | null, decoded?: ReadonlyMap<string, JsonObject>): Tables {
  return {
    nodes: new NodeTableBuilder(),
    spans: new SpanTableBuilder('listed', expected),
    annotations: new AnnotationTableBuilder(),
    warnings: new WarningCounter(),
    room: { left: ROOM_OF_EXECUTION, ...(decoded !== undefined && { decoded }) },
    heartbeats: MAX_HEARTBEATS,
    executed: [],
    own,
  };
}

/** Where a run is drawn: the tables, which it may share with others, and the place in them that it has. */
export interface Place {
  readonly tables: Tables;
  /** Where times count from; null where it is the run's own beginning. */
  readonly base: EpochMicros | null;
  /** What the ids of its spans, and the keys of its nodes, begin with. */
  readonly ids: string;
  readonly keys: string;
  /** The node and the spans that it is inside of; `NONE` at the top. */
  readonly parentKey: string | null;
  readonly node: number;
  readonly span: number;
  /** Everything is moved between these; null where there is no bound. */
  readonly from: EpochMicros | null;
  readonly until: EpochMicros | null;
  /** Whether nobody waited for it. */
  readonly isLeftBehind: boolean;
  /** How often each key was given out, also by runs that share the place. */
  readonly occurrences: Map<string, number>;
  /** The workflow task with which the run before this one ended. */
  readonly before: string | null;
  /** How many runs it is inside of. */
  readonly depth: number;
}

/** The place of a run that is drawn for itself. */
export function atTheTop(tables: Tables): Place {
  const nothing = { base: null, parentKey: null, from: null, until: null, before: null };
  const top = { ids: '', keys: '', node: NONE, span: NONE, isLeftBehind: false, depth: 0 };
  return { tables, ...nothing, ...top, occurrences: new Map() };
}
