import { LIMIT_KINDS, MAX_CHANGES, type WhatIfChange } from '@flowprof/model';
import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { isList, parseJson } from '../editor/json.ts';

/** What is asked, as the address of a prediction has it. */
export interface WhatIfState {
  /** The id of an execution; null for the newest that completed. */
  readonly execution: string | null;
  readonly changes: readonly WhatIfChange[];
  /** To how many runs the changes are made. */
  readonly runs: number;
}

/** How many runs can be asked for. */
export const RUN_CHOICES = [1, 5, 10, 20] as const;

/** The query of a prediction's address. */
export function whatIfQuery({
  execution = null,
  changes,
  runs = 1,
}: Partial<WhatIfState> & Pick<WhatIfState, 'changes'>): string {
  const params = new URLSearchParams({ tab: 'what-if' });
  if (execution !== null) params.set('execution', execution);
  if (runs > 1) params.set('runs', String(runs));
  if (changes.length > 0) params.set('changes', JSON.stringify(changes.slice(0, MAX_CHANGES)));
  return `?${params}`;
}

function textIn(fields: JsonObject, key: string): string | null {
  const value = fields[key];
  return typeof value === 'string' && value !== '' && value.length <= 500 ? value : null;
}

function numberIn(fields: JsonObject, key: string, least: number): number | null {
  const value = fields[key];
  return typeof value === 'number' && Number.isFinite(value) && value >= least ? value : null;
}

/** Which nodes a change is about. */
function targetIn(fields: JsonObject): { readonly node?: string; readonly type?: string } {
  const [node, type] = [textIn(fields, 'node'), textIn(fields, 'type')];
  return { ...(node !== null && { node }), ...(type !== null && { type }) };
}

function limitIn(fields: JsonObject): WhatIfChange | null {
  const limit = LIMIT_KINDS.find((kind) => kind === fields['limit']);
  const [value, burst, name] = [numberIn(fields, 'value', 0), numberIn(fields, 'burst', 1), textIn(fields, 'name')];
  if (limit === undefined || value === null) return null;
  return { kind: 'limit', limit, value, ...(name !== null && { name }), ...(burst !== null && { burst }) };
}

function dependencyIn(kind: 'drop_dependency' | 'add_dependency', fields: JsonObject): WhatIfChange | null {
  const [node, on] = [textIn(fields, 'node'), textIn(fields, 'on')];
  return node === null || on === null ? null : { kind, node, on };
}

/** A change as an address has it; null where it is none. */
function changeIn(fields: JsonObject): WhatIfChange | null {
  const target = targetIn(fields);
  const factor = numberIn(fields, 'factor', 0);
  switch (fields['kind']) {
    case 'speed':
      return factor === null ? null : { kind: 'speed', factor, ...target };
    case 'duration': {
      const duration = numberIn(fields, 'duration_ms', 0);
      return duration === null ? null : { kind: 'duration', duration_ms: duration, ...target };
    }
    case 'remove':
    case 'no_retries':
    case 'no_queue':
      return { kind: fields['kind'], ...target };
    case 'backoff':
      return factor === null ? null : { kind: 'backoff', factor, ...target };
    case 'phase': {
      const phase = textIn(fields, 'phase');
      return factor === null || phase === null ? null : { kind: 'phase', phase, factor, ...target };
    }
    case 'limit':
      return limitIn(fields);
    case 'unlimited':
      return { kind: 'unlimited' };
    case 'drop_dependency':
    case 'add_dependency':
      return dependencyIn(fields['kind'], fields);
    default:
      return null;
  }
}

/** The changes in a JSON value; what is none is left out. */
export function changesIn(value: JsonValue | undefined): readonly WhatIfChange[] {
  if (!isList(value)) return [];
  const found = value.flatMap((item) => (isJsonObject(item) ? (changeIn(item) ?? []) : []));
  return found.slice(0, MAX_CHANGES);
}

function parsed(text: string | null): JsonValue | undefined {
  try {
    return text === null ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}

/** What an address asks. */
export function readWhatIf(params: URLSearchParams): WhatIfState {
  const runs = RUN_CHOICES.find((choice) => String(choice) === params.get('runs')) ?? 1;
  return { execution: params.get('execution') || null, changes: changesIn(parsed(params.get('changes'))), runs };
}
