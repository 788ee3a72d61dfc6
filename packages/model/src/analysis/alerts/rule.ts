import type { Status } from '../../trace/status.ts';
import type { EpochMicros, Micros } from '../../units.ts';
import type { PriceTable } from '../cost/prices.ts';
import type { HistoryRun, RunSummary } from '../history/run-summary.ts';
import type { RetryVerdict } from '../retries.ts';

/** What a rule looks at, in a workflow or, where it may name one, in one of its nodes. */
export type AlertCondition =
  /** A run, or a node in it, takes longer than a fixed time. */
  | { readonly kind: 'duration_limit'; readonly node: string | null; readonly limit: Micros }
  /**
   * It takes so many percent longer than the median of the last `runs` completed runs before it, or of those of a baseline.
   * Where it must be sustained, one slow run is none: the last ones together must be slower beyond chance.
   */
  | {
      readonly kind: 'slower_than_usual';
      readonly node: string | null;
      readonly percent: number;
      readonly runs: number;
      /** The id of a baseline; null for the runs before. */
      readonly baseline: string | null;
      readonly sustained: boolean;
    }
  /** More than so many percent of the last `runs` runs failed; with fewer than `minRuns` nothing is said. */
  | { readonly kind: 'failure_rate'; readonly percent: number; readonly runs: number; readonly minRuns: number }
  /** More nodes than so many were tried again, or failed, in a way that no policy foresees. */
  | { readonly kind: 'unexpected_retries'; readonly node: string | null; readonly moreThan: number }
  /** A run is not done so long after its start, or has so many percent of a chance not to be. */
  | { readonly kind: 'deadline'; readonly limit: Micros; readonly riskPercent: number | null }
  /** A run costs more than so much, by a price list of its own; null for that of the workspace. */
  | { readonly kind: 'cost'; readonly limit: number; readonly prices: PriceTable | null };

export type AlertKind = AlertCondition['kind'];

/** A condition, and how often in a row it must hold before anybody is told. */
export interface AlertRule {
  readonly condition: AlertCondition;
  /** It fires after so many breaches in a row, from 1. */
  readonly fireAfter: number;
  /** It is over after so many fine runs in a row, from 1. With 2 it does not flap on values that alternate. */
  readonly resolveAfter: number;
  /** Runs that ended earlier do not count: they are of the time before the rule. */
  readonly from: EpochMicros;
}

/** What is known of one execution that has ended. */
export interface EndedRun {
  readonly id: string;
  readonly status: Status;
  readonly endedAt: EpochMicros;
  /** When it became known here that it has ended: for what others ran, later than the end. */
  readonly toldAt: EpochMicros;
  readonly duration: Micros | null;
  /** Null where the condition needs none; see `needsOf`. */
  readonly summary: RunSummary | null;
  /** Completed runs of the workflow before it, the last first. */
  readonly before: readonly HistoryRun[];
  /** Those of the baseline that the condition names; null where it names none. */
  readonly baseline: readonly HistoryRun[] | null;
  /** What is to be said of its nodes' retries. */
  readonly retries: readonly { readonly node: string; readonly verdict: RetryVerdict; readonly reason: string }[];
  /** The price list of the workspace as it is now; null where it has none, or the condition asks for none. */
  readonly prices: PriceTable | null;
}

/** What is known of one that runs. */
export interface RunUnderWay {
  readonly id: string;
  readonly elapsed: Micros;
  /** How likely it is not to be done within the limit, in percent; null where nothing can be said. */
  readonly riskPercent: number | null;
}

/** What `EndedRun` must hold for a condition. */
export interface AlertNeeds {
  readonly summary: boolean;
  /** How many completed runs before it; 0 for none. */
  readonly before: number;
  /** The id of a baseline. */
  readonly baseline: string | null;
  readonly retries: boolean;
  /** The price list of the workspace. */
  readonly prices: boolean;
}

/** How many of the newest runs are judged together at most; see `detectRegression`. */
const JUDGED_TOGETHER = 15;

/** What must be known of a run for a condition to be judged: what it does not need is costly. */
export function needsOf(condition: AlertCondition): AlertNeeds {
  const none = { summary: false, before: 0, baseline: null, retries: false, prices: false };
  switch (condition.kind) {
    case 'duration_limit':
      return { ...none, summary: condition.node !== null };
    case 'slower_than_usual':
      return {
        ...none,
        summary: true,
        before: (condition.baseline === null ? condition.runs : 0) + (condition.sustained ? JUDGED_TOGETHER : 0),
        baseline: condition.baseline,
      };
    case 'cost':
      return { ...none, summary: true, prices: condition.prices === null };
    case 'unexpected_retries':
      return { ...none, retries: true };
    case 'failure_rate':
    case 'deadline':
      return none;
    default:
      return condition satisfies never;
  }
}
