import { NONE } from '../../trace/trace.ts';
import { WhatIfError, type WhatIfChange, type WhatIfTarget } from './changes.ts';
import type { PlaceLimit } from './limits.ts';
import type { Plan } from './plan.ts';
import { unknownName, type Targets } from './targets.ts';

const UNLIMITED = Number.POSITIVE_INFINITY;

type LimitChange = WhatIfChange & { kind: 'limit' };

function placesOf({ value, limit }: LimitChange): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new WhatIfError('invalid_change', `a limit of ${limit} is a whole number of places from 1 on`);
}

function nameOf({ name, limit }: LimitChange): string {
  if (name !== undefined) return name;
  throw new WhatIfError('invalid_change', `a limit of ${limit} needs the name of what it holds for`);
}

/** The limits that a change can set, as people name them. */
export function knownLimits(plan: Plan, targets: Targets): string[] {
  const loops = new Set(loopElements(plan).map((element) => `loop:${targets.nameOf(element)}`));
  return [
    'concurrency',
    ...plan.places.map(({ kind, name }) => `${kind}:${name}`),
    ...plan.rates.map(({ name }) => `rate:${name}`),
    ...loops,
  ];
}

/** The element of each loop, in the order of the plan's loops. */
export function loopElements({ structure, loops, turnBefore }: Plan): number[] {
  const elements = Array.from(loops, (): number => NONE);
  for (let vertex = 0; vertex < structure.vertexCount; vertex++) {
    const loop = turnBefore[vertex];
    if (loop !== NONE) elements[loop] = structure.parentOf[structure.elementOf[vertex]];
  }
  return elements;
}

function setPlaces(plan: Plan, kind: PlaceLimit['kind'], name: string, capacity: number): boolean {
  let found = false;
  plan.places = plan.places.map((place) => {
    if (place.kind !== kind || place.name !== name) return place;
    found = true;
    return { ...place, capacity };
  });
  return found;
}

function setType(plan: Plan, targets: Targets, name: string, capacity: number): void {
  if (setPlaces(plan, 'type', name, capacity)) return;
  const elements = targets.find({ type: name });
  const position = plan.places.length;
  plan.places = [...plan.places, { kind: 'type', name, capacity }];
  for (const task of targets.tasksOf(elements)) {
    if (targets.typeOf(plan.structure.elementOf[task]) === name) plan.typeOf[task] = position;
  }
}

function setLoop(plan: Plan, targets: Targets, name: string, capacity: number): boolean {
  let found = false;
  for (const [loop, element] of loopElements(plan).entries()) {
    if (element === NONE || targets.nameOf(element) !== name) continue;
    plan.loops[loop] = capacity;
    found = true;
  }
  return found;
}

function setRate(plan: Plan, name: string, { value, burst }: LimitChange): boolean {
  if (!(value > 0 && Number.isFinite(value)) || (burst !== undefined && !(Number.isInteger(burst) && burst >= 1))) {
    throw new WhatIfError('invalid_change', 'a rate is a number of starts a second above 0, a burst a whole number');
  }
  let found = false;
  plan.rates = plan.rates.map((rate) => {
    if (rate.name !== name) return rate;
    found = true;
    return { ...rate, perSecond: value, burst: burst ?? Math.max(1, rate.burst) };
  });
  return found;
}

/** @throws {WhatIfError} */
export function applyLimit(plan: Plan, targets: Targets, change: LimitChange): void {
  let found = true;
  if (change.limit === 'concurrency') plan.run = placesOf(change);
  else if (change.limit === 'type') setType(plan, targets, nameOf(change), placesOf(change));
  else if (change.limit === 'pool') found = setPlaces(plan, 'pool', nameOf(change), placesOf(change));
  else if (change.limit === 'loop') found = setLoop(plan, targets, nameOf(change), placesOf(change));
  else found = setRate(plan, nameOf(change), change);
  if (found) return;
  const known = knownLimits(plan, targets);
  const why = `; known are ${known.join(', ')}`;
  throw unknownName('unknown_limit', change.limit.replace('_', ' '), nameOf(change), known.map(plainName), why);
}

function plainName(limit: string): string {
  return limit.slice(limit.indexOf(':') + 1);
}

/** There is a worker for everything: what waited for one does not. */
export function applyUnlimited(plan: Plan): void {
  plan.run = UNLIMITED;
  plan.places = plan.places.map((place) => ({ ...place, capacity: UNLIMITED }));
  plan.loops.fill(UNLIMITED);
  for (const [task, queued] of plan.queued.entries()) if (queued === 1) plan.lag[task] = plan.slow[task];
}

/** @throws {WhatIfError} */
export function applyNoQueue(plan: Plan, targets: Targets, change: WhatIfTarget): void {
  const elements = targets.find(change);
  if (elements === null) plan.loops.fill(UNLIMITED);
  for (const task of targets.tasksOf(elements)) {
    plan.free[task] = 1;
    plan.lag[task] = plan.slow[task];
  }
}
