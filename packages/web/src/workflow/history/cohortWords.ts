import type { Cohorts } from './types.ts';
import { formatShare } from './words.ts';

/** What the two parts of the runs are called. */
export function sidesOf(kind: string): readonly [worse: string, others: string] {
  switch (kind) {
    case 'failure':
      return ['failed runs', 'runs that completed'];
    case 'change_point':
      return ['runs since the change', 'runs before it'];
    default:
      return ['slow runs', 'fast runs'];
  }
}

/** How many runs a part has: "1 slow run", "5 runs that completed". */
export function countedRuns(count: number, runs: string): string {
  return `${count} ${count === 1 ? runs.replace('runs', 'run') : runs}`;
}

/** A label for people: `input.mode` is `input mode`. */
function labelWords(label: string): string {
  return label.replace(/^(input|attribute)\./, '$1 ').replace(/\.length$/, ', its length');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What goes together with being slow or failing, each as a sentence. */
export function cohortSentences({ kind, labels, correlations, failingNodes }: Cohorts): string[] {
  const [worse, others] = sidesOf(kind);
  return [
    ...labels.map(({ label, value, worsePercent, othersPercent }) => {
      const isMore = worsePercent >= othersPercent;
      return (
        `${capital(worse)} have ${labelWords(label)} “${value}” ${isMore ? 'more' : 'less'} often: ` +
        `${formatShare(worsePercent)} of them, ${formatShare(othersPercent)} of the ${others}.`
      );
    }),
    ...correlations.map(
      ({ label, rho }) => `The ${rho > 0 ? 'larger' : 'smaller'} the ${labelWords(label)}, the longer a run takes.`,
    ),
    ...failingNodes.map(({ name, worse: count }) => `${name} failed in ${count} of them.`),
  ];
}
