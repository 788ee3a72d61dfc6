import type { Trace } from '../trace/trace.ts';
import type { WarningCode } from '../trace/warnings.ts';

/** Lines that could not be read, and the first of them as a number from 1. */
export interface BrokenLines {
  readonly count: number;
  readonly first: number;
}

/** Notes the lines that could not be read on a trace of the file. */
export function withBrokenLines(traces: readonly Trace[], { count, first }: BrokenLines): readonly Trace[] {
  const [trace, ...others] = traces;
  if (count === 0 || trace === undefined) return traces;
  const warning = { code: 'invalid_line' satisfies WarningCode, count, example: `line ${first}` };
  return [{ ...trace, warnings: [...trace.warnings, warning] }, ...others];
}
