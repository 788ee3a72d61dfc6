import { NONE, spanNameAt } from '../../trace/trace.ts';
import { triesByContainer } from '../tries.ts';
import { attemptsOf, furtherTokens, isIdle, isInPhase, type Segment } from './body.ts';
import { WhatIfError, type WhatIfChange, type WhatIfTarget } from './changes.ts';
import { bodyIn, setBody, type Plan } from './plan.ts';
import { unknownName, type Targets } from './targets.ts';

/** Whether all that a task does is work, so that it needs no dividing. */
function isPlain({ structure, bodies, blocks }: Plan, task: number): boolean {
  if (bodies.has(task) || blocks.has(task)) return false;
  if (structure.elements === 'spans') return true;
  return structure.graph.leaves.run[task] === structure.end[task] - structure.start[task];
}

/** How long a task runs, without waits and callbacks. */
function runOf(plan: Plan, task: number, body: readonly Segment[]): number {
  let run = 0;
  for (const segment of body) if (!isIdle(plan.structure, task, segment)) run += segment.length;
  return run;
}

/** Multiplies the time in which a task runs. */
function scaleRun(plan: Plan, task: number, factor: number): void {
  if (isPlain(plan, task)) {
    plan.busy[task] = Math.round(plan.busy[task] * factor);
    return;
  }
  const body = bodyIn(plan, task);
  for (const segment of body) {
    if (!isIdle(plan.structure, task, segment)) segment.length = Math.round(segment.length * factor);
  }
  setBody(plan, task, body);
}

/** Lets a task run for so long. */
function setRun(plan: Plan, task: number, duration: number): void {
  if (isPlain(plan, task)) {
    plan.busy[task] = duration;
    return;
  }
  const body = bodyIn(plan, task);
  const run = runOf(plan, task, body);
  if (run > 0) return scaleRun(plan, task, duration / run);
  const from = plan.structure.start[task];
  setBody(plan, task, [{ from, to: from, row: plan.structure.span[task], length: duration }, ...body]);
}

/** Multiplies the time of its own that passes in spans between what is in them. */
function scaleOwnGaps({ structure, gap }: Plan, elements: ReadonlySet<number>, factor: number): void {
  const { gapOwner, vertexCount } = structure;
  for (let vertex = 0; vertex < vertexCount; vertex++) {
    if (gap[vertex] > 0 && elements.has(gapOwner[vertex])) gap[vertex] = Math.round(gap[vertex] * factor);
  }
}

/** The elements of a change that must name some. */
function targeted(targets: Targets, change: WhatIfTarget): readonly number[] {
  const found = targets.find(change);
  if (found === null) throw new WhatIfError('invalid_change', 'the change names neither a node nor a type');
  return found;
}

/** The tasks whose run time changes: in a tree of spans those of the spans themselves, else all inside. */
function changedTasks({ structure }: Plan, targets: Targets, elements: readonly number[]): readonly number[] {
  if (structure.elements === 'nodes') return targets.tasksOf(elements);
  return elements.map((element) => structure.entry[element]).filter((vertex) => vertex < structure.taskCount);
}

/** @throws {WhatIfError} */
export function applySpeed(plan: Plan, targets: Targets, change: WhatIfChange & { kind: 'speed' }): void {
  if (!(change.factor > 0 && Number.isFinite(change.factor))) {
    throw new WhatIfError('invalid_change', 'a factor of speed is a number above 0');
  }
  const elements = targeted(targets, change);
  for (const task of changedTasks(plan, targets, elements)) scaleRun(plan, task, 1 / change.factor);
  if (plan.structure.elements === 'spans') scaleOwnGaps(plan, new Set(elements), 1 / change.factor);
}

/** @throws {WhatIfError} */
export function applyDuration(plan: Plan, targets: Targets, change: WhatIfChange & { kind: 'duration' }): void {
  const duration = Math.round(change.duration_ms * 1000);
  if (!(duration >= 0 && Number.isFinite(duration))) {
    throw new WhatIfError('invalid_change', 'a duration is a number of milliseconds from 0 on');
  }
  const elements = targeted(targets, change);
  for (const task of changedTasks(plan, targets, elements)) setRun(plan, task, duration);
  if (plan.structure.elements === 'nodes') return;
  const { gapOwner, exit, entry, vertexCount } = plan.structure;
  const containers = new Set(elements.filter((element) => entry[element] !== exit[element]));
  const own = new Map<number, number>();
  for (let vertex = 0; vertex < vertexCount; vertex++) {
    const owner = gapOwner[vertex];
    if (plan.gap[vertex] > 0 && containers.has(owner)) own.set(owner, (own.get(owner) ?? 0) + plan.gap[vertex]);
  }
  for (const element of containers) {
    const before = own.get(element) ?? 0;
    if (before > 0) scaleOwnGaps(plan, new Set([element]), duration / before);
    else plan.gap[exit[element]] = duration;
  }
}

/** Takes out all that a task did before its last attempt began. */
function keepLastAttempt(plan: Plan, task: number): void {
  const { structure } = plan;
  if (structure.elements === 'spans') return;
  const attempts = attemptsOf(structure, task);
  const last = Math.max(attempts.at(-1) ?? -Infinity, furtherTokens(structure, task).at(-1) ?? -Infinity);
  const first = attempts[0] ?? structure.start[task];
  const hasWindow = structure.graph.trace.spans.names.includes('retry_window');
  if (last <= first && !hasWindow) return;
  const body = bodyIn(plan, task);
  for (const segment of body) {
    const isBefore = segment.from >= first && segment.from < last;
    if (isBefore || (hasWindow && isInPhase(structure, task, segment, 'retry_window'))) segment.length = 0;
  }
  plan.blocks.delete(task);
  setBody(plan, task, body);
}

/** The tries that are nodes of their own, of the containers that a change is about, in order of time. */
function triesIn({ structure }: Plan, inside: Uint8Array | null): (readonly number[])[] {
  if (structure.elements === 'spans') return [];
  const { nodes, spans } = structure.graph.trace;
  const found: (readonly number[])[] = [];
  for (const [container, tries] of triesByContainer(nodes, spans, structure.parentOf)) {
    const isMeant = inside === null || inside[container] === 1 || tries.some((node) => inside[node] === 1);
    if (isMeant && tries.length > 1) found.push(tries);
  }
  return found;
}

/** Takes elements out, with all that is inside them. */
function takeOut(plan: Plan, targets: Targets, elements: readonly number[]): void {
  const { entry, exit } = plan.structure;
  const inside = targets.within(elements);
  for (const [element, isInside] of inside.entries()) {
    if (isInside === 0) continue;
    if (entry[element] !== NONE) plan.gone[entry[element]] = 1;
    if (exit[element] !== NONE) plan.gone[exit[element]] = 1;
  }
}

/** @throws {WhatIfError} */
export function applyRemove(plan: Plan, targets: Targets, change: WhatIfChange & { kind: 'remove' }): void {
  takeOut(plan, targets, targeted(targets, change));
}

/** @throws {WhatIfError} */
export function applyNoRetries(plan: Plan, targets: Targets, change: WhatIfChange & { kind: 'no_retries' }): void {
  const elements = targets.find(change);
  const inside = elements === null ? null : targets.within(elements);
  for (const task of targets.tasksOf(elements)) keepLastAttempt(plan, task);
  const earlier: number[] = [];
  for (const tries of triesIn(plan, inside)) {
    const last = plan.structure.entry[tries[tries.length - 1]];
    plan.gap[last] = plan.gap[plan.structure.entry[tries[0]]];
    earlier.push(...tries.slice(0, -1));
  }
  if (earlier.length > 0) takeOut(plan, targets, earlier);
}

/** Multiplies the time of the phases of some tasks. @returns whether there was one */
function scalePhase(plan: Plan, tasks: readonly number[], phase: string, factor: number): boolean {
  let found = false;
  for (const task of tasks) {
    const body = bodyIn(plan, task);
    let isFound = false;
    for (const segment of body) {
      if (!isInPhase(plan.structure, task, segment, phase)) continue;
      segment.length = Math.round(segment.length * factor);
      isFound = true;
    }
    if (!isFound) continue;
    found = true;
    setBody(plan, task, body);
  }
  return found;
}

function checkFactor(factor: number): void {
  if (factor >= 0 && Number.isFinite(factor)) return;
  throw new WhatIfError('invalid_change', 'a factor is a number from 0 on');
}

/** @throws {WhatIfError} */
export function applyBackoff(plan: Plan, targets: Targets, change: WhatIfChange & { kind: 'backoff' }): void {
  checkFactor(change.factor);
  const elements = targets.find(change);
  if (plan.structure.elements === 'nodes' && plan.structure.graph.trace.spans.names.includes('retry_backoff')) {
    scalePhase(plan, targets.tasksOf(elements), 'retry_backoff', change.factor);
  }
  for (const tries of triesIn(plan, elements === null ? null : targets.within(elements))) {
    for (const node of tries.slice(1)) {
      const vertex = plan.structure.entry[node];
      plan.gap[vertex] = Math.round(plan.gap[vertex] * change.factor);
    }
  }
}

/** In a tree of spans a phase is a span of that name, with all inside it. */
function scaleSpans(plan: Plan, targets: Targets, change: WhatIfChange & { kind: 'phase' }): boolean {
  const { structure } = plan;
  const { spans } = structure.graph.trace;
  const around = targets.find(change);
  const isMeant = around === null ? null : targets.within(around);
  const named: number[] = [];
  for (let row = 0; row < spans.length; row++) {
    if (spanNameAt(spans, row) === change.phase && (isMeant === null || isMeant[row] === 1)) named.push(row);
  }
  if (named.length === 0) return false;
  const inside = targets.within(named);
  for (const task of targets.tasksOf(named)) scaleRun(plan, task, change.factor);
  const owners = new Set<number>();
  for (const [row, isInside] of inside.entries()) if (isInside === 1) owners.add(row);
  scaleOwnGaps(plan, owners, change.factor);
  return true;
}

/** Multiplies the time in slow motion, which lies before the start. */
function scaleSlowMotion(plan: Plan, tasks: readonly number[], factor: number): boolean {
  let found = false;
  for (const task of tasks) {
    if (plan.slow[task] === 0) continue;
    plan.lag[task] -= Math.round(plan.slow[task] * (1 - factor));
    found = true;
  }
  return found;
}

/** @throws {WhatIfError} */
export function applyPhase(plan: Plan, targets: Targets, change: WhatIfChange & { kind: 'phase' }): void {
  checkFactor(change.factor);
  const { names } = plan.structure.graph.trace.spans;
  const tasks = targets.tasksOf(targets.find(change));
  let found = false;
  if (names.includes(change.phase)) {
    if (plan.structure.elements === 'spans') found = scaleSpans(plan, targets, change);
    else if (change.phase === 'slow_mo') found = scaleSlowMotion(plan, tasks, change.factor);
    else found = scalePhase(plan, tasks, change.phase, change.factor);
  }
  if (!found) throw unknownName('unknown_phase', 'phase', change.phase, names);
}
