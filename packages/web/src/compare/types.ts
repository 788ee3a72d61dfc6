import { CAUSES, isStatus, type Cause, type Status } from '@flowprof/model';
import { ApiError } from '../api/errors.ts';
import type { Fields } from '../api/fields.ts';

/** A time before and after, in milliseconds. */
export interface Change {
  readonly before: number;
  readonly after: number;
  readonly difference: number;
}

/** One of the two executions as the comparison saw it. */
interface ComparedExecution {
  readonly status: Status;
  /** Null where nothing ran. */
  readonly makespan: number | null;
  readonly nodes: number;
  readonly spans: number;
}

/** A part of the difference; all parts and the rest add up to it. */
export interface Part extends Change {
  readonly kind: 'node' | 'between' | 'path_shift';
  /** The node's id; null where the part is of none. */
  readonly id: string | null;
  readonly name: string | null;
  readonly cause: Cause | null;
  readonly move: 'stayed' | 'left' | 'came' | null;
  readonly presence: string | null;
  readonly text: string;
}

interface Attempt {
  readonly attempt: number;
  readonly before: number | null;
  readonly after: number | null;
  readonly statusBefore: Status | null;
  readonly statusAfter: Status | null;
}

export interface InstanceChange extends Change {
  readonly id: string;
  readonly name: string;
  readonly ranBefore: boolean;
  readonly ranAfter: boolean;
  readonly spanBefore: string | null;
  readonly spanAfter: string | null;
  readonly attempts: readonly Attempt[];
}

export interface Counts {
  readonly instances: number;
  readonly failed: number;
  readonly attempts: number;
}

/** A node that changed. */
export interface NodeChange {
  readonly id: string;
  readonly name: string;
  readonly type: string | null;
  readonly presence: string;
  readonly matchedBy: string | null;
  readonly renamedFrom: string | null;
  readonly before: Counts | null;
  readonly after: Counts | null;
  readonly total: Change;
  readonly onPath: Change;
  readonly causes: readonly (Change & { readonly cause: Cause })[];
  readonly phases: readonly (Change & { readonly name: string })[];
  readonly instances: readonly InstanceChange[];
}

interface RetryChange {
  readonly id: string;
  readonly name: string;
  readonly attemptsBefore: number;
  readonly attemptsAfter: number;
  readonly failedBefore: number;
  readonly failedAfter: number;
  readonly cost: Change;
}

export interface StructureChange {
  readonly kind: string;
  readonly id: string;
  readonly other: string | null;
  readonly before: string | number | null;
  readonly after: string | number | null;
}

interface ShapeMeasure {
  readonly measure: string;
  readonly before: number | null;
  readonly after: number | null;
}

type Verdict = 'slower' | 'faster' | 'same' | 'unknown';

/** Two executions compared. Times are milliseconds. */
export interface Comparison {
  readonly before: ComparedExecution;
  readonly after: ComparedExecution;
  readonly makespan: Change;
  readonly verdict: Verdict;
  readonly tolerance: number;
  readonly summary: string;
  readonly parts: readonly Part[];
  readonly otherParts: Change & { readonly count: number };
  readonly causes: readonly (Change & { readonly cause: Cause })[];
  readonly nodes: readonly NodeChange[];
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly retries: readonly RetryChange[];
  readonly structure: readonly StructureChange[];
  readonly structureCount: number;
  readonly shape: readonly ShapeMeasure[];
}

function oneOf<T extends string>(fields: Fields, key: string, known: readonly T[]): T {
  const text = fields.string(key);
  const found = known.find((one) => one === text);
  if (found === undefined) throw new ApiError('bad_response', `The server's answer has an unknown ${key}.`);
  return found;
}

function oneOfOrNull<T extends string>(fields: Fields, key: string, known: readonly T[]): T | null {
  return fields.any(key) === null ? null : oneOf(fields, key, known);
}

function statusOrNull(fields: Fields, key: string): Status | null {
  const text = fields.optionalString(key);
  return text !== null && isStatus(text) ? text : null;
}

export function readChange(fields: Fields): Change {
  return {
    before: fields.number('before_ms'),
    after: fields.number('after_ms'),
    difference: fields.number('difference_ms'),
  };
}

function readSide(fields: Fields): ComparedExecution {
  return {
    status: fields.status('status'),
    makespan: fields.optionalNumber('makespan_ms'),
    nodes: fields.number('node_count'),
    spans: fields.number('span_count'),
  };
}

function readPart(fields: Fields): Part {
  return {
    ...readChange(fields),
    kind: oneOf(fields, 'kind', ['node', 'between', 'path_shift']),
    id: fields.optionalString('id'),
    name: fields.optionalString('name'),
    cause: oneOfOrNull(fields, 'cause', CAUSES),
    move: oneOfOrNull(fields, 'move', ['stayed', 'left', 'came']),
    presence: fields.optionalString('presence'),
    text: fields.string('text'),
  };
}

function readInstance(fields: Fields): InstanceChange {
  return {
    ...readChange(fields),
    id: fields.string('id'),
    name: fields.string('name'),
    ranBefore: fields.any('ran_before') === true,
    ranAfter: fields.any('ran_after') === true,
    spanBefore: fields.optionalString('span_id_before'),
    spanAfter: fields.optionalString('span_id_after'),
    attempts: fields.list('attempts', (attempt) => ({
      attempt: attempt.number('attempt'),
      before: attempt.optionalNumber('before_ms'),
      after: attempt.optionalNumber('after_ms'),
      statusBefore: statusOrNull(attempt, 'status_before'),
      statusAfter: statusOrNull(attempt, 'status_after'),
    })),
  };
}

function readCounts(fields: Fields, key: string): Counts | null {
  if (fields.any(key) === null) return null;
  const counts = fields.object(key);
  return {
    instances: counts.number('instances'),
    failed: counts.number('failed'),
    attempts: counts.number('attempts'),
  };
}

function readCause(fields: Fields): Change & { readonly cause: Cause } {
  return { cause: oneOf(fields, 'cause', CAUSES), ...readChange(fields) };
}

function readNode(fields: Fields): NodeChange {
  return {
    id: fields.string('id'),
    name: fields.string('name'),
    type: fields.optionalString('type'),
    presence: fields.string('presence'),
    matchedBy: fields.optionalString('matched_by'),
    renamedFrom: fields.optionalString('renamed_from'),
    before: readCounts(fields, 'before'),
    after: readCounts(fields, 'after'),
    total: readChange(fields.object('total')),
    onPath: readChange(fields.object('on_path')),
    causes: fields.list('causes', readCause),
    phases: fields.list('phases', (phase) => ({ name: phase.string('name'), ...readChange(phase) })),
    instances: fields.list('instances', readInstance),
  };
}

function scalar(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** Reads a comparison out of an answer. @throws {ApiError} `bad_response` */
export function readComparison(fields: Fields): Comparison {
  const attribution = fields.object('attribution');
  const nodes = fields.object('nodes');
  const structure = fields.object('structure');
  const other = attribution.object('other');
  return {
    before: readSide(fields.object('before')),
    after: readSide(fields.object('after')),
    makespan: readChange(fields.object('makespan')),
    verdict: oneOf(fields, 'verdict', ['slower', 'faster', 'same', 'unknown']),
    tolerance: fields.number('tolerance_ms'),
    summary: fields.string('summary'),
    parts: attribution.list('parts', readPart),
    otherParts: { count: other.number('count'), ...readChange(other) },
    causes: fields.list('causes', readCause),
    nodes: nodes.list('items', readNode),
    changedCount: nodes.number('changed_count'),
    unchangedCount: nodes.number('unchanged_count'),
    retries: fields.list('retries', (retry) => ({
      id: retry.string('id'),
      name: retry.string('name'),
      attemptsBefore: retry.number('attempts_before'),
      attemptsAfter: retry.number('attempts_after'),
      failedBefore: retry.number('failed_before'),
      failedAfter: retry.number('failed_after'),
      cost: readChange(retry.object('cost')),
    })),
    structure: structure.list('changes', (change) => ({
      kind: change.string('kind'),
      id: change.string('id'),
      other: change.optionalString('other'),
      before: scalar(change.any('before')),
      after: scalar(change.any('after')),
    })),
    structureCount: structure.number('change_count'),
    shape: structure.list('shape', (measure) => ({
      measure: measure.string('measure'),
      before: measure.optionalNumber('before'),
      after: measure.optionalNumber('after'),
    })),
  };
}
