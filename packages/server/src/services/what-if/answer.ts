import {
  buildFlameChart,
  whatIf,
  WHAT_IF_ERROR_CODES,
  WhatIfError,
  type FlameChart,
  type Micros,
  type RunPrediction,
  type Trace,
  type WhatIfAnswer,
  type WhatIfChange,
  type WhatIfErrorCode,
} from '@flowprof/model';

/** What is asked about an execution. Plain data, for threads. */
export interface WhatIfWork {
  readonly changes: readonly WhatIfChange[];
  readonly suggest: boolean;
  /** Whether the predicted schedule is wanted, as the spans of a flame chart. */
  readonly chart: boolean;
  readonly executionId: string;
  /** Where spans that still run end; null for an execution that has ended. */
  readonly now: Micros | null;
  /** The same changes made to other runs; null where one run was asked for. */
  readonly others: { readonly runs: readonly RunPrediction[]; readonly skipped: number } | null;
}

/** Why a change cannot be made. Never repeats what was sent. */
export interface WhatIfRefusal {
  readonly code: WhatIfErrorCode;
  readonly detail: string;
  readonly position: number | null;
}

type Answer = WhatIfAnswer & { readonly predicted_chart: FlameChart | null };

/** Names of the execution itself, which may have been meant. */
function refusalOf({ code, suggestions, position }: WhatIfError): WhatIfRefusal {
  const near = suggestions.length > 0 ? ` There is ${suggestions.map((name) => `"${name}"`).join(', ')}.` : '';
  return { code, detail: `${WHAT_IF_ERROR_CODES[code]}${near}`, position };
}

/** The answer to a what-if, or why there is none. */
export function answerWhatIf(
  trace: Trace,
  work: WhatIfWork,
): { readonly answer: Answer } | { readonly refusal: WhatIfRefusal } {
  try {
    const { answer, predicted } = whatIf(trace, work.changes, {
      suggest: work.suggest,
      ...(work.now !== null && { now: work.now }),
      ...(work.others !== null && { others: work.others }),
    });
    const chart = work.chart ? { ...buildFlameChart(predicted), execution_id: work.executionId } : null;
    return { answer: { ...answer, predicted_chart: chart } };
  } catch (error) {
    if (error instanceof WhatIfError) return { refusal: refusalOf(error) };
    throw error;
  }
}
