import {
  changePointsView,
  cohortsView,
  compareCohorts,
  detectRegression,
  findChangePoints,
  historyFinding,
  historyView,
  pathFrequency,
  regressionView,
  type ChangePoints,
  type ChangePointsView,
  type CohortSplit,
  type CohortsView,
  type HistoryFinding,
  type HistoryRun,
  type HistoryView,
  type PathFrequency,
  type RegressionOptions,
  type RegressionView,
} from '@flowprof/model';

/** How executions are divided; `change_point` with null for the last change. */
export type CohortBy =
  | { readonly kind: 'slow'; readonly share: number }
  | { readonly kind: 'failure' }
  | { readonly kind: 'change_point'; readonly firstRunId: string | null };

/** What is asked of executions of a workflow, oldest first. */
export type HistoryQuestion =
  | { readonly kind: 'history'; readonly node: string | null; readonly trends: number }
  /** Besides the executions, there are others that they may be compared with. */
  | { readonly kind: 'regressions'; readonly options: RegressionOptions }
  | { readonly kind: 'cohorts'; readonly by: CohortBy }
  | { readonly kind: 'paths' }
  /** Of the newest one. */
  | { readonly kind: 'finding' };

/** Whether executions got slower, and since when. */
export interface RegressionFound extends RegressionView {
  /** The first execution of the last change to the slower. */
  readonly first_bad_run: { readonly execution_id: string; readonly number: number | null } | null;
  readonly change_points: ChangePointsView;
}

/** What each question is answered with. */
export interface HistoryAnswers {
  readonly history: HistoryView;
  readonly regressions: RegressionFound;
  readonly cohorts: CohortsView;
  readonly paths: PathFrequency;
  readonly finding: HistoryFinding | null;
}

/** The answer to a question of a kind. */
export interface AnswerTo<K extends keyof HistoryAnswers> {
  readonly kind: K;
  readonly answer: HistoryAnswers[K];
}

export type HistoryAnswer = { [K in keyof HistoryAnswers]: AnswerTo<K> }[keyof HistoryAnswers];

/** All of both, each once and oldest first; of one that is in both, the first. */
function together(a: readonly HistoryRun[], b: readonly HistoryRun[]): readonly HistoryRun[] {
  const known = new Set(a.map(({ id }) => id));
  const others = b.filter(({ id }) => !known.has(id));
  if (others.length === 0) return a;
  return [...others, ...a].sort((x, y) => (x.startedAt ?? 0) - (y.startedAt ?? 0));
}

/** A change so many executions ago is no longer news, but how long they take. */
const NEWS = 50;

/**
 * The newest executions against those before; where these look alike because some of those before are as slow already, all
 * since the last change.
 */
function reportOf(
  runs: readonly HistoryRun[],
  all: readonly HistoryRun[],
  changes: ChangePoints,
  options: RegressionOptions,
) {
  const report = detectRegression(all, options);
  const isOpen = options.candidates === undefined && (options.reference?.kind ?? 'last') === 'last';
  const change = changes.changes.at(-1);
  if (report.verdict !== 'unchanged' || !isOpen || change === undefined) return report;
  const since = runs.slice(runs.findIndex(({ id }) => id === change.firstRunId));
  if (since.length > NEWS) return report;
  const longer = detectRegression(all, { ...options, candidates: since.map(({ id }) => id) });
  return longer.verdict === change.direction ? longer : report;
}

function regressionsIn(
  runs: readonly HistoryRun[],
  more: readonly HistoryRun[],
  options: RegressionOptions,
): RegressionFound {
  const changes = findChangePoints(runs);
  const last = changes.changes.findLast(({ direction }) => direction === 'slower');
  return {
    ...regressionView(reportOf(runs, together(runs, more), changes, options)),
    first_bad_run: last === undefined ? null : { execution_id: last.firstRunId, number: last.firstRunNumber },
    change_points: changePointsView(changes),
  };
}

function splitOf(runs: readonly HistoryRun[], by: CohortBy): CohortSplit {
  if (by.kind === 'failure') return by;
  if (by.kind === 'slow') return { kind: 'quantile', share: by.share };
  const firstRunId = by.firstRunId ?? findChangePoints(runs).changes.at(-1)?.firstRunId ?? null;
  return { kind: 'change_point', firstRunId };
}

/** Answers a question. It takes long where executions have many nodes: see `Analyst`. */
export function answerQuestion(
  question: HistoryQuestion,
  runs: readonly HistoryRun[],
  more: readonly HistoryRun[],
): HistoryAnswer {
  const { kind } = question;
  switch (kind) {
    case 'history':
      return { kind, answer: historyView(runs, question.node, question.trends) };
    case 'regressions':
      return { kind, answer: regressionsIn(runs, more, question.options) };
    case 'cohorts':
      return { kind, answer: cohortsView(compareCohorts(runs, splitOf(runs, question.by))) };
    case 'paths':
      return { kind, answer: pathFrequency(runs) };
    case 'finding':
      return { kind, answer: historyFinding(runs) };
    default:
      return kind satisfies never;
  }
}
