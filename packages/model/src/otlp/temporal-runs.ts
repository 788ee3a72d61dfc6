/** What spans of OpenTelemetry say of the run of a Temporal workflow that they are a part of. */
import type { JsonObject } from '../json.ts';
import { isUuid } from '../ids.ts';
import { ATTRIBUTE, type OtlpSpans } from './columns.ts';
import { OtlpTexts } from './strings.ts';

/**
 * The attributes that name a run, and those of its workflow, which must be there too: alone they may mean anything. As
 * Temporal's own interceptors write them: TypeScript's of clients and activities, its of workflows, Go's, Python's.
 */
const NAMINGS: readonly (readonly [run: string, workflow: string])[] = [
  ['run_id', 'temporalWorkflowId'],
  ['runId', 'workflowId'],
  ['temporalRunID', 'temporalWorkflowID'],
];

const RUN_KEYS = new Set(NAMINGS.map(([run]) => run));

/** The run that a span's attributes name; null where they name none. */
export function temporalRunIn(attributes: JsonObject | null): string | null {
  if (attributes === null) return null;
  for (const [runKey, workflowKey] of NAMINGS) {
    const run = attributes[runKey];
    if (typeof run === 'string' && isUuid(run) && typeof attributes[workflowKey] === 'string') return run.toLowerCase();
  }
  return null;
}

/** Whether any span names a run of Temporal, by the keys of attributes alone: it may be no such after all. */
export function mayNameTemporalRuns({ attributes: { key, type }, strings }: OtlpSpans): boolean {
  const texts = new OtlpTexts(strings);
  const asked = new Uint8Array(strings.length);
  for (let at = 0; at < key.length; at++) {
    const number = key[at] ?? 0;
    if (type[at] !== ATTRIBUTE.string || asked[number] === 1) continue;
    asked[number] = 1;
    if (RUN_KEYS.has(texts.at(number))) return true;
  }
  return false;
}

/** Whether a span is one that Temporal's interceptors made. */
export function isTemporalSpan(metadata: JsonObject | null): boolean {
  if (metadata === null) return false;
  const scope = metadata['otel.scope.name'];
  const isOfScope = typeof scope === 'string' && (scope.startsWith('@temporalio/') || scope.startsWith('temporal'));
  return isOfScope || temporalRunIn(metadata) !== null;
}
