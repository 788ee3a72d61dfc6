import type { WhatIfChange } from '@flowprof/model';
import type { Fields } from '../api/fields.ts';
import { asJson } from '../editor/json.ts';
import { changesIn } from './address.ts';

/** What holds the critical path longest. Milliseconds. */
export interface Holder {
  readonly kind: 'node' | 'wait';
  readonly id: string;
  readonly name: string | null;
  readonly critical: number;
  readonly percent: number | null;
}

/** A step of a critical path. Milliseconds from the start. */
export interface PathStep {
  readonly id: string;
  readonly name: string;
  readonly spanId: string;
  readonly start: number;
  readonly duration: number;
}

/** An execution as it was, or as it would have been. Milliseconds. */
export interface State {
  readonly makespan: number | null;
  readonly heldBy: Holder | null;
  readonly path: readonly PathStep[];
  /** How many steps there are in all. */
  readonly pathLength: number;
}

export interface Suggestion {
  readonly change: WhatIfChange;
  readonly text: string;
  readonly gain: number;
  readonly gainPercent: number | null;
}

export interface Spread {
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly max: number;
}

/** The answer to a what-if. Milliseconds. */
export interface Prediction {
  readonly texts: readonly string[];
  readonly observed: number;
  readonly predicted: number;
  readonly difference: number;
  readonly differencePercent: number | null;
  readonly errorPercent: number;
  readonly limits: string;
  readonly warnings: readonly string[];
  readonly before: State;
  readonly after: State;
  readonly runs: {
    readonly count: number;
    readonly skipped: number;
    readonly observed: Spread;
    readonly predicted: Spread;
  } | null;
  readonly suggestions: readonly Suggestion[];
  /** As the command line names them: `concurrency`, `pool:db`. */
  readonly knownLimits: readonly string[];
  /** The predicted flame chart as JSON; null where none was asked for. */
  readonly chart: Fields | null;
}

function readHolder(fields: Fields): Holder {
  return {
    kind: fields.string('kind') === 'wait' ? 'wait' : 'node',
    id: fields.string('id'),
    name: fields.optionalString('name'),
    critical: fields.number('critical_ms'),
    percent: fields.optionalNumber('percent_of_makespan'),
  };
}

function readStep(fields: Fields): PathStep {
  return {
    id: fields.string('id'),
    name: fields.string('name'),
    spanId: fields.string('span_id'),
    start: fields.number('start_ms'),
    duration: fields.number('duration_ms'),
  };
}

function readState(fields: Fields): State {
  const path = fields.optionalObject('critical_path', (own) => ({
    items: own.list('items', readStep),
    count: own.number('item_count'),
  }));
  return {
    makespan: fields.optionalNumber('makespan_ms'),
    heldBy: fields.optionalObject('held_by', readHolder),
    path: path?.items ?? [],
    pathLength: path?.count ?? 0,
  };
}

function readSpread(fields: Fields): Spread {
  return { min: fields.number('min'), p50: fields.number('p50'), p90: fields.number('p90'), max: fields.number('max') };
}

function readSuggestion(fields: Fields): Suggestion[] {
  const [change] = changesIn([asJson(fields.any('change'))]);
  if (!change) return [];
  return [
    {
      change,
      text: fields.string('text'),
      gain: fields.number('gain_ms'),
      gainPercent: fields.optionalNumber('gain_percent'),
    },
  ];
}

export function readPrediction(fields: Fields): Prediction {
  const fidelity = fields.object('fidelity');
  return {
    texts: fields.list('changes', (change) => change.string('text')),
    observed: fields.number('observed_ms'),
    predicted: fields.number('predicted_ms'),
    difference: fields.number('difference_ms'),
    differencePercent: fields.optionalNumber('difference_percent'),
    errorPercent: fidelity.number('error_percent'),
    limits: fidelity.string('limits'),
    warnings: fields.list('warnings', (warning) => warning.string('message')),
    before: readState(fields.object('before')),
    after: readState(fields.object('after')),
    runs: fields.optionalObject('runs', (runs) => ({
      count: runs.number('count'),
      skipped: runs.number('skipped'),
      observed: readSpread(runs.object('observed_ms')),
      predicted: readSpread(runs.object('predicted_ms')),
    })),
    suggestions: fields.list('suggestions', readSuggestion).flat(),
    knownLimits: fields.strings('limits'),
    chart: fields.optionalObject('predicted_chart', (chart) => chart),
  };
}
