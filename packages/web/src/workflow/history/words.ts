import { formatDuration } from '@flowprof/flame';
import { statusWord } from '../../components/StatusBadge.tsx';
import { words } from '../../format/value.ts';
import type { Attribution, Change, History, HistoryRun, Regression, Shift } from './types.ts';

/** Milliseconds in the unit that suits them. */
export function formatMs(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms * 1000);
}

/** A difference of milliseconds with its sign: `+120 ms`. */
export function formatDifference(ms: number): string {
  if (ms === 0) return '0';
  return `${ms < 0 ? '−' : '+'}${formatDuration(Math.abs(ms) * 1000)}`;
}

/** A part of a hundred, whole from ten on: `4.5%`, `41%`. */
export function formatShare(percent: number): string {
  const size = Math.abs(percent);
  return `${size < 10 ? Number(size.toFixed(1)) : Math.round(size)}%`;
}

export function runLabel({ id, number }: { readonly id: string; readonly number: number | null }): string {
  return number === null ? id.slice(0, 8) : `#${number}`;
}

/** What there is to say of a run, for who points at it. */
export function runFacts(run: HistoryRun, startedText: string | null): string[] {
  const facts = [
    statusWord(run.status),
    startedText,
    run.makespan === null ? 'no duration known' : formatMs(run.makespan),
  ];
  if (run.usual !== null) facts.push(`usual ${formatMs(run.usual)}`);
  if (run.percentile !== null) facts.push(`slower than ${formatShare(run.percentile)} of those before it`);
  if (run.isUnusual) facts.push('out of the usual');
  if (run.version !== null) facts.push(`version ${run.version}`);
  return facts.filter((fact) => fact !== null);
}

/** What makes most of a difference: `mostly Fetch, +340 ms of work`. Nothing where that is not known. */
export function mainPart(attribution: Attribution | null): string | null {
  const node = attribution?.nodes[0];
  if (!node) return null;
  const cause = node.causes[0];
  const what = cause?.cause ? ` of ${words(cause.cause)}` : '';
  const attempts =
    node.attemptsBefore !== null && node.attemptsAfter !== null && node.attemptsAfter > node.attemptsBefore
      ? ', with more attempts than before'
      : '';
  return `mostly ${node.name}, ${formatDifference(cause?.difference ?? node.difference)}${what}${attempts}`;
}

function byShare({ percent }: Shift): string {
  return percent === null ? '' : ` by ${formatShare(percent)}`;
}

/**
 * A change of level as a sentence.
 * @param node the node that it is of; the runs themselves when absent
 */
export function changeSentence(change: Change, node?: string): string {
  const { kind, isSlower, before, after, low, high } = change;
  const run = runLabel({ id: change.firstRun, number: change.firstNumber });
  const how = kind === 'drift' ? `Bit by bit from ${run} on` : `Since ${run}`;
  const part = mainPart(change.attribution);
  const sure =
    kind === 'step' ? ` The difference lies between ${formatDifference(low)} and ${formatDifference(high)}.` : '';
  return (
    `${how}, ${node === undefined ? 'runs are' : `${node} is`} ${isSlower ? 'slower' : 'faster'}${byShare(change)}: ${formatMs(after)} instead of ${formatMs(before)}` +
    `${part === null ? '' : `, ${part}`}.${sure}`
  );
}

/** What the newest runs are held against, in words. */
function againstWords({ against, referenceRuns }: Regression): string {
  switch (against.kind) {
    case 'baseline':
      return `the baseline “${against.baselineName ?? ''}”`;
    case 'version':
      return `version ${against.version ?? ''}`;
    case 'previous':
      return 'the run before';
    default:
      return referenceRuns === 1 ? 'the run before' : `the ${referenceRuns} runs before`;
  }
}

/** The verdict in a few words, and as a sentence. */
export function verdictWords(regression: Regression): { readonly title: string; readonly says: string } {
  const { verdict, isOfNode, candidateRuns, makespan, nodes } = regression;
  const who = candidateRuns === 1 ? 'The newest run is' : `The newest ${candidateRuns} runs are`;
  const other = againstWords(regression);
  const [node] = nodes;
  const shift = isOfNode ? node : makespan;
  const where = isOfNode && node ? ` in ${node.name}` : '';
  const part = mainPart(regression.attribution);
  const times = shift ? `: ${formatMs(shift.after)} instead of ${formatMs(shift.before)}` : '';
  const why = part === null ? '' : `, ${part}`;
  switch (verdict) {
    case 'slower':
      return {
        title: 'Slower',
        says: `${who} slower than ${other}${where}${shift ? byShare(shift) : ''}${times}${why}.`,
      };
    case 'faster':
      return {
        title: 'Faster',
        says: `${who} faster than ${other}${where}${shift ? byShare(shift) : ''}${times}${why}.`,
      };
    case 'suspect':
      return {
        title: 'Perhaps slower',
        says: `${who} slower than all of ${other}${times}${why}. One or two runs prove nothing yet.`,
      };
    case 'unchanged':
      return {
        title: 'No regression',
        says: `${who} not slower than ${other}${times === '' ? '' : times.replace(' instead of', ', before')}.`,
      };
    case 'unknown':
      return {
        title: 'Too few runs to judge',
        says: 'A verdict needs at least 11 runs that completed; against the run before two are enough.',
      };
    default:
      return verdict satisfies never;
  }
}

/** Where the durations of the runs lie, and how many went well, as a sentence. */
export function bandsSentence({ runs, bands }: Pick<History, 'runs' | 'bands'>): string {
  const completed = bands?.runs ?? 0;
  const all = runs.length === 1 ? 'The one run completed.' : `All ${runs.length} runs completed.`;
  const counted = completed === runs.length ? all : `${completed} of ${runs.length} runs completed.`;
  if (bands === null) return counted;
  const { p50, p90, min, max } = bands;
  return `${counted} Half took at most ${formatMs(p50)}, nine of ten at most ${formatMs(p90)}; the fastest ${formatMs(min)}, the slowest ${formatMs(max)}.`;
}
