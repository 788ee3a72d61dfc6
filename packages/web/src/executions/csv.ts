import type { ListedExecution } from './listed.ts';

const COLUMNS = [
  'id',
  'workflow',
  'number',
  'version',
  'status',
  'started_at',
  'completed_at',
  'duration_seconds',
  'trigger',
  'external_id',
  'error',
] as const;

/** A cell of a table; none begins a formula, whatever a name or an error says. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const tame = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

function iso(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString();
}

/** Executions as CSV of RFC 4180, with a line that names the columns. */
export function csvOf(executions: readonly ListedExecution[]): string {
  const lines = executions.map((one) =>
    [
      one.id,
      one.workflowName,
      one.number,
      one.version,
      one.status,
      iso(one.startedAt),
      iso(one.completedAt),
      one.durationSeconds,
      one.trigger,
      one.externalId,
      one.error,
    ]
      .map(cell)
      .join(','),
  );
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}
