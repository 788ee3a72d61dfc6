import { everyDefinition, stepsOf } from '../definitions.ts';
import type { Simulated } from '../facts.ts';
import { statesOf } from '../paths.ts';
import type { World } from '../world.ts';
import type { Report } from './report.ts';

/** Nothing that was committed runs again; what was interrupted runs under the same key, from its first attempt. */
export function checkRepetition({ facts, lives }: Simulated, report: Report): void {
  const attempts = new Map<string, number>();
  for (const fact of facts) {
    if (fact.kind !== 'started') continue;
    const { path, attempt, life } = fact;
    const finished = lives[life]?.finished ?? [];
    if (finished.some((entry) => entry.path === path)) report.add(`${path} runs again although it had been committed`);
    const key = `${life} ${path}`;
    const before = attempts.get(key) ?? 0;
    if (attempt !== before + 1) report.add(`${path} has attempt ${attempt} after ${before}`);
    attempts.set(key, attempt);
  }
}

function isInside(path: string, container: string): boolean {
  return path === container || path.startsWith(`${container}/`) || path.startsWith(`${container}[`);
}

/** The paths that have to be done before a path may start: the dependencies of the node and of all that it is in. */
function waitsFor(world: World, path: string): string[] {
  const definitions = everyDefinition(world);
  const found: string[] = [];
  let above = '';
  for (const { id, item } of stepsOf(path)) {
    for (const dependency of definitions.get(id)?.dependsOn ?? []) {
      found.push(above + (dependency.split('.')[0] ?? ''));
    }
    above += `${id}${item === null ? '' : `[${item}]`}/`;
  }
  return found;
}

/** A node starts only once everything that it depends on and that has completed is in the journal, where there is one. */
export function checkCommits(world: World, { facts, lives, result }: Simulated, report: Report): void {
  if (world.journal === null) return;
  const states = statesOf(result.recording);
  const committed = new Set<string>();
  const begun = new Set<string>();
  for (const fact of facts) {
    if (fact.kind === 'committed') for (const path of fact.paths) committed.add(path);
    else if (fact.kind === 'died') {
      // What was written and not yet answered for is known to the next life.
      for (const { path } of lives[fact.life + 1]?.finished ?? []) committed.add(path);
      begun.clear();
    } else if (fact.kind === 'started') {
      begun.add(fact.path);
      for (const dependency of waitsFor(world, fact.path)) {
        for (const path of begun) {
          if (isInside(path, dependency) && !committed.has(path) && states.get(path) === 'completed') {
            report.add(`${fact.path} starts before ${path} is committed`);
          }
        }
      }
    }
  }
}

/** After a refusal nothing starts but what was in slow motion, and the run has failed of it. */
export function checkRefusal(world: World, { facts, result }: Simulated, report: Report): void {
  const at = facts.findIndex((fact) => fact.kind === 'refused');
  if (at === -1) return;
  const refusedIn = facts[at]?.life;
  const later = facts.slice(at).find((fact) => fact.kind === 'started' && fact.life === refusedIn);
  if (later?.kind === 'started' && world.slowMo === undefined)
    report.add(`${later.path} starts after the journal has refused`);
  const wasLast = !facts.slice(at).some((fact) => fact.kind === 'died');
  if (wasLast && result.success) report.add('the run has completed although its journal refused');
}

/** The journal agrees with the result: what has run and completed is in it, and the other way round. */
export function checkJournal(world: World, { journal, facts, result }: Simulated, report: Report): void {
  if (world.journal === null || world.journal.refuses.length > 0 || !result.success) return;
  const states = statesOf(result.recording);
  for (const fact of facts) {
    if (fact.kind === 'started' && states.get(fact.path) === 'completed' && !journal.has(fact.path)) {
      report.add(`${fact.path} has completed and is not in the journal`);
    }
  }
  for (const { path, status } of journal.values()) {
    if (states.get(path) !== status)
      report.add(`${path} is ${states.get(path) ?? 'missing'}, in the journal ${status}`);
  }
}
