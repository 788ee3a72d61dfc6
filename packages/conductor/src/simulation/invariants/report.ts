/** Collects what is wrong with a run; a few of many are enough. */
export class Report {
  readonly problems: string[] = [];

  add(problem: string): void {
    if (this.problems.length < 20) this.problems.push(problem);
  }
}
