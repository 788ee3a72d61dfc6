import { asMicros, type EpochMicros, type Micros } from '../../units.ts';
import { observeFailures, observeRun, observeUnderWay, outcomeOf, type Observation } from './observe.ts';
import type { AlertRule, EndedRun, RunUnderWay } from './rule.ts';

/*
 *            fireAfter breaches in a row
 *        ┌──────────────────────────────►┐
 *       ok                             firing
 *        └◄──────────────────────────────┘
 *            resolveAfter fine runs in a row
 *
 * Each arrow is told once. What says nothing (see `observeRun`) counts neither way and interrupts no row.
 */

export type AlertStatus = 'ok' | 'firing';

/** A run that was judged. */
interface Judged {
  readonly id: string;
  /** Whether it breached the condition by itself; of a failure rate, whether it failed. */
  readonly isBad: boolean;
}

/** What a rule remembers: plain data that goes through JSON unchanged. */
export interface AlertState {
  readonly status: AlertStatus;
  /** How many in a row have breached the condition, and how many in a row were fine, up to the last. */
  readonly breaches: number;
  readonly fine: number;
  /** The runs that were judged, the last one last, `MAX_JUDGED` at most. */
  readonly judged: readonly Judged[];
  /** The latest end of them; of one whose clock is ahead, when it was told of. */
  readonly newestEnd: EpochMicros | null;
}

/** An alert begins or is over. */
export interface AlertTransition extends Observation {
  readonly type: 'fired' | 'resolved';
  readonly executionId: string;
}

export interface AlertStep {
  readonly state: AlertState;
  readonly transition: AlertTransition | null;
}

/** The state of a rule that has seen nothing. */
export const FRESH_ALERT: AlertState = { status: 'ok', breaches: 0, fine: 0, judged: [], newestEnd: null };

/** How many runs a rule remembers; a run that comes again after so many others counts again. */
export const MAX_JUDGED = 200;

/** A run that ended so long before the newest, or before it was told of, says nothing of now. */
const MAX_BEHIND: Micros = asMicros(10 * 60_000_000);
const MAX_AGE: Micros = asMicros(24 * 3_600_000_000);

/** Whether a run is of the past: it ended before the rule was made, or others ran it and told of it far too late. */
export function isOfThePast(
  { from }: Pick<AlertRule, 'from'>,
  { newestEnd }: Pick<AlertState, 'newestEnd'>,
  { endedAt, toldAt }: Pick<EndedRun, 'endedAt' | 'toldAt'>,
): boolean {
  // What was kept while the clock was wrong does not silence a rule until that time comes.
  const isBehind = newestEnd !== null && endedAt < Math.min(newestEnd, toldAt) - MAX_BEHIND;
  return endedAt < from || endedAt < toldAt - MAX_AGE || isBehind;
}

/** Notes a run; null when it is known and has come out the same. */
function judge(judged: readonly Judged[], id: string, isBad: boolean): readonly Judged[] | null {
  const at = judged.findLastIndex((one) => one.id === id);
  if (at < 0) return [...judged, { id, isBad }].slice(-MAX_JUDGED);
  return judged[at]?.isBad === isBad ? null : judged.with(at, { id, isBad });
}

/** Counts an observation, and says whether that fires or resolves the alert. */
function count(rule: AlertRule, state: AlertState, id: string, observation: Observation): AlertStep {
  const { isBreach } = observation;
  const counted = {
    ...state,
    breaches: isBreach ? state.breaches + 1 : 0,
    fine: isBreach ? 0 : state.fine + 1,
  };
  const fires = state.status === 'ok' && counted.breaches >= rule.fireAfter;
  const resolves = state.status === 'firing' && counted.fine >= rule.resolveAfter;
  if (!fires && !resolves) return { state: counted, transition: null };
  return {
    state: { ...counted, status: fires ? 'firing' : 'ok' },
    transition: { ...observation, type: fires ? 'fired' : 'resolved', executionId: id },
  };
}

/**
 * Judges an execution that has ended. One that was judged before, and has come out the same, changes nothing; nor does
 * one of the past.
 */
export function evaluateEnd(rule: AlertRule, state: AlertState, run: EndedRun): AlertStep {
  const unchanged = { state, transition: null };
  const { condition } = rule;
  if (isOfThePast(rule, state, run)) return unchanged;
  const single = condition.kind === 'failure_rate' ? null : observeRun(condition, run);
  const isBad = condition.kind === 'failure_rate' ? outcomeOf(run) : (single?.isBreach ?? null);
  if (isBad === null) return unchanged;
  const judged = judge(state.judged, run.id, isBad);
  if (judged === null) return unchanged;
  const ended = run.endedAt < run.toldAt ? run.endedAt : run.toldAt;
  const newestEnd = state.newestEnd === null || ended > state.newestEnd ? ended : state.newestEnd;
  const noted = { ...state, judged, newestEnd };
  const observation =
    condition.kind === 'failure_rate'
      ? observeFailures(
          condition,
          judged.map((one) => one.isBad),
        )
      : single;
  return observation === null ? { state: noted, transition: null } : count(rule, noted, run.id, observation);
}

/** Judges an execution that is under way: only a deadline can be breached by it, and only once. */
export function evaluateUnderWay(rule: AlertRule, state: AlertState, run: RunUnderWay): AlertStep {
  const observation = observeUnderWay(rule.condition, run);
  if (observation === null) return { state, transition: null };
  const judged = judge(state.judged, run.id, true);
  return judged === null ? { state, transition: null } : count(rule, { ...state, judged }, run.id, observation);
}

/** One sentence about a transition. @param run what the execution is called, as `Nightly #42` */
export function alertSentence({ type, finding }: Pick<AlertTransition, 'type' | 'finding'>, run: string): string {
  return type === 'fired' ? `${run}: ${finding}.` : `${run} is fine again: ${finding}.`;
}
