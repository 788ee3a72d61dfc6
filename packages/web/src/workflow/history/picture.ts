import type { RunLine, RunPicture, RunWindow } from '../../charts/runPicture.ts';
import { formatExact } from '../../format/time.ts';
import type { ChangePoints, History, HistoryRun } from './types.ts';
import { formatMs, runFacts, runLabel } from './words.ts';

function positions(runs: readonly HistoryRun[]): ReadonlyMap<string, number> {
  return new Map(runs.map(({ id }, at) => [id, at]));
}

/** The levels and the steps between them, by the positions of runs; what is of runs that are not shown is left out. */
function levelsOf(
  runs: readonly HistoryRun[],
  { levels, changes }: ChangePoints,
): Pick<RunPicture, 'levels' | 'steps'> {
  const at = positions(runs);
  return {
    levels: levels.flatMap(({ firstRun, lastRun, ...level }) => {
      const [from, to] = [at.get(firstRun), at.get(lastRun)];
      return from === undefined || to === undefined ? [] : [{ from, to, ...level }];
    }),
    steps: changes.flatMap(({ firstRun, isSlower }) => {
      const position = at.get(firstRun);
      return position === undefined ? [] : [{ at: position, isSlower }];
    }),
  };
}

/** The executions of a workflow as points over their order. */
export function pictureOf({ runs, changePoints }: History, lines: readonly RunLine[]): RunPicture {
  return {
    points: runs.map((run) => ({
      id: run.id,
      label: runLabel(run),
      status: run.status,
      value: run.makespan,
      at: run.startedAt,
      isUnusual: run.isUnusual,
      facts: runFacts(run, run.startedAt === null ? null : formatExact(run.startedAt)),
    })),
    ...levelsOf(runs, changePoints),
    lines,
  };
}

/** A node over the executions; those that it took no part in are left out. */
export function nodePictureOf({ runs, node }: History): RunPicture {
  const byId = new Map(node?.runs.map((run) => [run.id, run]));
  const taken = runs.filter(({ id }) => byId.has(id));
  return {
    points: taken.map((run) => {
      const own = byId.get(run.id);
      const facts = [
        formatMs(own?.time ?? null),
        `${formatMs(own?.onPath ?? null)} of it on the critical path`,
        (own?.count ?? 1) > 1 && `${own?.count} instances`,
        (own?.failed ?? 0) > 0 && `${own?.failed} failed`,
      ];
      return {
        id: run.id,
        label: runLabel(run),
        status: (own?.failed ?? 0) > 0 ? 'failed' : 'completed',
        value: own?.time ?? null,
        at: run.startedAt,
        isUnusual: false,
        facts: facts.filter((fact) => fact !== false),
      };
    }),
    ...(node ? levelsOf(taken, node.changePoints) : { levels: [], steps: [] }),
    lines: [],
  };
}

/** The part of the runs from one to another; null where one of them is not there any more. */
export function windowBetween({ points }: RunPicture, from: string | null, to: string | null): RunWindow | null {
  if (from === null || to === null) return null;
  const [first, last] = [points.findIndex(({ id }) => id === from), points.findIndex(({ id }) => id === to)];
  return first === -1 || last === -1 ? null : { from: first, to: last };
}
