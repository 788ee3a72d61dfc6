import {
  toEpochMicros,
  type EpochMicros,
  type NodeDeclaration,
  type SpanRecord,
  type TraceEvent,
} from '@flowprof/model';
import { batchOf, compareStates, stepId, type Batch, type StepState } from '../batch.ts';
import type { Sql } from '../database.ts';
import type { KnownExecution } from '../queries/lock-external.ts';
import { selectOwnSpanIds, selectSpansById } from '../queries/select-spans.ts';
import { selectStepsById, type KnownStep } from '../queries/select-steps-by-id.ts';
import { text } from '../row.ts';
import { isSameDeclaration, isSameSpan, joinDeclarations, joinSpans } from './join.ts';
import { earliestIn, earliestOf, fromEpoch, laterEnd, type End } from './moments.ts';

/** What was told of an execution at once: no order shows any more. Times of one of others count from the epoch. */
export interface Gathered {
  readonly batch: Batch;
  /** The earliest start that was told. */
  readonly start: EpochMicros | null;
  readonly end: End | null;
  readonly sourceFormat: string | null;
  readonly concurrency: number | null;
  /** Whether something else than spans and annotations was told. */
  readonly isOfOwner: boolean;
}

function greatest<T extends string | number>(items: readonly (T | null)[]): T | null {
  let found: T | null = null;
  for (const item of items) if (item !== null && (found === null || item > found)) found = item;
  return found;
}

/** Sorts events, told in any order, by what they go into. @param origin what is added to all times */
export function gather(executionId: string, told: readonly TraceEvent[], origin: number): Gathered {
  const events = fromEpoch(told, origin);
  const declarations = new Map<string, NodeDeclaration>();
  const spans = new Map<string, SpanRecord>();
  const started: Extract<TraceEvent, { type: 'execution_started' }>[] = [];
  let end: End | null = null;
  let isOfOwner = false;
  for (const event of events) {
    isOfOwner ||= event.type !== 'span' && event.type !== 'annotation' && event.type !== 'warning';
    if (event.type === 'node_declared') {
      const { node } = event;
      const id = stepId(executionId, node.key, node.iteration);
      const known = declarations.get(id);
      declarations.set(id, joinDeclarations(known ?? node, node));
    } else if (event.type === 'span') {
      const id = text(event.span.id);
      const known = spans.get(id);
      spans.set(id, known === undefined ? event.span : joinSpans(known, event.span));
    } else if (event.type === 'execution_started') started.push(event);
    else if (event.type === 'execution_finished') {
      const { status, at, error } = event;
      end = laterEnd(end, { status, at: toEpochMicros(at), error });
    }
  }
  const batch = {
    ...batchOf(executionId, events),
    declarations: [...declarations].map(([id, node]) => ({ id, node })),
    spans: [...spans.values()],
  };
  return {
    batch,
    start: earliestOf(started.map(({ startedAt }) => startedAt)),
    end,
    sourceFormat: greatest(started.map(({ info }) => (info.sourceFormat === '' ? null : info.sourceFormat))),
    concurrency: greatest(started.map(({ info }) => info.concurrency)),
    isOfOwner,
  };
}

/** What is known of an execution of others once more was told of it. */
export function joined(known: KnownExecution, gathered: Gathered): KnownExecution {
  const { batch, start, sourceFormat, concurrency } = gathered;
  const told = earliestOf([known.startIsTold ? known.startedAt : null, start]);
  const end = laterEnd(known.end, gathered.end);
  const startedAt = told ?? earliestOf([known.startedAt, earliestIn(batch), gathered.end?.at ?? null]);
  const warnings = new Map(known.warnings);
  for (const [code, example] of batch.execution?.warnings ?? []) {
    const other = warnings.get(code);
    warnings.set(code, other === undefined || example < other ? example : other);
  }
  return {
    ...known,
    status: end?.status ?? (startedAt === null ? 'pending' : 'running'),
    startedAt,
    startIsTold: told !== null,
    end,
    sourceFormat: greatest([known.sourceFormat, sourceFormat]),
    concurrency: greatest([known.concurrency, concurrency]),
    warnings,
  };
}

function contentOf(known: KnownExecution): string {
  const warnings = [...known.warnings].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({ ...known, warnings });
}

/** Whether the same is known of an execution. */
export function isSameExecution(a: KnownExecution, b: KnownExecution): boolean {
  return contentOf(a) === contentOf(b);
}

function addsNothing(state: StepState, known: KnownStep | undefined): boolean {
  return (
    known !== undefined &&
    compareStates(state, known) <= 0 &&
    (state.startedUs === null || (known.startedUs !== null && known.startedUs <= state.startedUs)) &&
    state.retryCount <= known.retryCount &&
    (state.input === null || known.hasInput) &&
    (compareStates(state, known) < 0 ||
      ((state.output === null || known.hasOutput) && (state.error?.code ?? '') <= (known.errorCode ?? '')))
  );
}

/**
 * What of a batch changes the rows of an execution of others, joined with what they hold. Times count from the start,
 * also those of the rows.
 */
export async function changedBy(sql: Sql, workspaceId: string, executionId: string, batch: Batch): Promise<Batch> {
  const spans = await selectSpansById(
    sql,
    workspaceId,
    executionId,
    batch.spans.map(({ id }) => text(id)),
  );
  const stepIds = new Set([...batch.declarations, ...batch.states].map(({ id }) => id));
  const steps = await selectStepsById(sql, workspaceId, executionId, [...stepIds]);
  return {
    ...batch,
    declarations: batch.declarations.flatMap(({ id, node }) => {
      const known = steps.get(id)?.node ?? null;
      const both = known === null ? node : joinDeclarations(known, node);
      return known !== null && isSameDeclaration(known, both) ? [] : [{ id, node: both }];
    }),
    states: batch.states.filter((state) => !addsNothing(state, steps.get(state.id))),
    spans: batch.spans.flatMap((span) => {
      const known = spans.get(text(span.id));
      const both = known === undefined ? span : joinSpans(known, span);
      return known !== undefined && isSameSpan(known, both) ? [] : [both];
    }),
  };
}

/** What of a batch an execution takes that keeps its own spans: those that it has not, or that others have not ended. */
export async function addedBy(sql: Sql, workspaceId: string, executionId: string, batch: Batch): Promise<Batch> {
  const ids = batch.spans.map(({ id }) => text(id));
  const known = await selectSpansById(sql, workspaceId, executionId, ids);
  const own = await selectOwnSpanIds(sql, workspaceId, executionId, ids);
  const spans = batch.spans.filter((span) => {
    const id = text(span.id);
    const before = known.get(id);
    return before === undefined || (!own.has(id) && before.duration === null && span.duration !== null);
  });
  return { execution: null, declarations: [], states: [], spans, annotations: batch.annotations, progress: [] };
}
