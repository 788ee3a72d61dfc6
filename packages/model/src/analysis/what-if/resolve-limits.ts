import { NONE } from '../../trace/trace.ts';
import type { RunLimits } from './limits.ts';
import type { Structure } from './structure.ts';

/** How many of the tasks that waited must have started when everything was taken for that to count as a limit. */
const AT_PEAK = 0.9;

const UNLIMITED = Number.POSITIVE_INFINITY;

/** How many of some tasks ran at once at most, and how many that had waited started when so many ran. */
interface Occupancy {
  readonly peak: number;
  readonly waited: number;
  readonly waitedAtPeak: number;
}

/** Sweeps over the times at which tasks held a place; at equal times ends come before starts. */
function occupancyOf({ start, released }: Structure, tasks: readonly number[], waited: Uint8Array): Occupancy {
  const running = tasks.filter((task) => released[task] > start[task]);
  const starts = running.toSorted((a, b) => start[a] - start[b] || a - b);
  const ends = Float64Array.from(running, (task) => released[task]).sort();
  const busy = new Float64Array(starts.length);
  let ended = 0;
  let peak = 0;
  for (let i = 0; i < starts.length; i++) {
    while (ends[ended] <= start[starts[i]]) ended++;
    busy[i] = i + 1 - ended;
    peak = Math.max(peak, busy[i]);
  }
  let count = 0;
  let atPeak = 0;
  for (let i = 0; i < starts.length; i++) {
    if (waited[starts[i]] === 0) continue;
    count++;
    if (busy[i] === peak) atPeak++;
  }
  return { peak, waited: count, waitedAtPeak: atPeak };
}

/** A capacity that agrees with what was observed: as told, or the peak where waits show that it was the limit. */
function capacityFor(told: number, { peak, waited, waitedAtPeak }: Occupancy): number {
  if (told !== UNLIMITED) return peak > told ? UNLIMITED : told;
  return waited > 0 && waitedAtPeak >= AT_PEAK * waited ? Math.max(1, peak) : UNLIMITED;
}

/** The least burst with which a rate allows some starts, all of which are sorted. */
function burstFor(starts: readonly number[], perSecond: number): number {
  let least = UNLIMITED;
  let burst = 1;
  for (const [i, start] of starts.entries()) {
    const surplus = i - (start * perSecond) / 1_000_000;
    least = Math.min(least, surplus);
    burst = Math.max(burst, Math.ceil(surplus - least - 1e-6) + 1);
  }
  return burst;
}

/** The tasks of each position in a column. */
function groupsOf(count: number, columns: readonly Int32Array[]): number[][] {
  const groups: number[][] = Array.from({ length: count }, () => []);
  for (const column of columns) for (const [task, at] of column.entries()) if (at !== NONE) groups[at].push(task);
  return groups;
}

/**
 * Makes limits agree with what was observed: one that more tasks held at once than it lets is no limit, one whose size
 * nobody told is what ran at most where waits show it, and a burst that nobody told is the least that explains the starts.
 */
export function resolveLimits(structure: Structure, limits: RunLimits): RunLimits {
  const { taskCount, start } = structure;
  const { poolOf, typeOf, rateOf } = limits;
  const all = Array.from({ length: taskCount }, (_, task) => task);
  const run =
    limits.run === UNLIMITED ? UNLIMITED : capacityFor(limits.run, occupancyOf(structure, all, limits.waited));
  const members = groupsOf(limits.places.length, [poolOf, typeOf]);
  const places = limits.places.map((place, at) => ({
    ...place,
    capacity: capacityFor(place.capacity, occupancyOf(structure, members[at], limits.waited)),
  }));
  const rated = groupsOf(limits.rates.length, [rateOf]);
  const rates = limits.rates.map((rate, at) => {
    if (rate.burst > 0 || rate.perSecond === UNLIMITED) return rate;
    const starts = rated[at].map((task) => start[task]).sort((a, b) => a - b);
    return { ...rate, burst: burstFor(starts, rate.perSecond) };
  });
  const waited = limits.waited.map((flag, task) => {
    const isHeld =
      run !== UNLIMITED ||
      (poolOf[task] !== NONE && places[poolOf[task]].capacity !== UNLIMITED) ||
      (typeOf[task] !== NONE && places[typeOf[task]].capacity !== UNLIMITED) ||
      (rateOf[task] !== NONE && rates[rateOf[task]].perSecond !== UNLIMITED);
    return isHeld ? flag : 0;
  });
  return { ...limits, run, places, rates, waited };
}
