import { NONE } from '../../trace/trace.ts';
import type { Plan } from './plan.ts';

/** The tasks for which the same limits hold. */
interface Lane {
  /** Positions in `places`. */
  readonly places: readonly number[];
  /** The position in `rates`, or `NONE`. */
  readonly rate: number;
}

/** What held a task up: places of the run. The codes after it are the places, then the rates. */
export const HELD_BY_RUN = 0;

/**
 * The places and tokens of a simulation. Tasks wait in lanes; one for which no limit holds that could ever be reached is
 * in none. A token bucket is one number, as the conductor keeps it (ITU-T I.371).
 */
export class Lanes {
  readonly list: readonly Lane[];
  readonly ofTask: Int32Array;
  readonly #plan: Plan;
  #used = 0;
  readonly #usedPlaces: Float64Array;
  /** By rate: when its bucket would be full, and up to when somebody is called already for a token of it. */
  readonly #full: Float64Array;
  readonly #called: Float64Array;

  constructor(plan: Plan, list: readonly Lane[], ofTask: Int32Array) {
    this.#plan = plan;
    this.list = list;
    this.ofTask = ofTask;
    this.#usedPlaces = new Float64Array(plan.places.length);
    this.#full = new Float64Array(plan.rates.length).fill(-Infinity);
    this.#called = new Float64Array(plan.rates.length).fill(-Infinity);
  }

  /** What keeps the first task of a lane from starting, as a code; `NONE` when nothing does. */
  blockOf(lane: number, time: number): number {
    const { places, rate } = this.list[lane];
    for (const place of places) if (this.#usedPlaces[place] >= this.#plan.places[place].capacity) return 1 + place;
    if (rate !== NONE && time < this.#nextToken(rate)) return 1 + this.#plan.places.length + rate;
    return this.#used >= this.#plan.run ? HELD_BY_RUN : NONE;
  }

  /** When the token comes that a blocked lane waits for, unless it waits for something else or somebody is called then. */
  tokenDue(lane: number, block: number, time: number): number | null {
    const { rate } = this.list[lane];
    if (rate === NONE || block !== 1 + this.#plan.places.length + rate) return null;
    const next = this.#nextToken(rate);
    if (next <= time || this.#called[rate] === next) return null;
    this.#called[rate] = next;
    return next;
  }

  /** Takes the places, and the token, that a task of a lane needs. */
  take(lane: number, time: number): void {
    const { places, rate } = this.list[lane];
    this.#used++;
    for (const place of places) this.#usedPlaces[place]++;
    if (rate !== NONE) this.#takeOf(rate, time);
  }

  giveBack(lane: number): void {
    this.#used--;
    for (const place of this.list[lane].places) this.#usedPlaces[place]--;
  }

  /** Takes the next token of a task's rate limit; returns when it comes. */
  takeToken(task: number, time: number): number {
    const lane = this.list[this.ofTask[task]];
    return lane === undefined || lane.rate === NONE ? time : this.#takeOf(lane.rate, time);
  }

  #nextToken(rate: number): number {
    const { perSecond, burst } = this.#plan.rates[rate];
    return Math.ceil(this.#full[rate] - (1_000_000 / perSecond) * (burst - 1));
  }

  #takeOf(rate: number, time: number): number {
    const at = Math.max(time, this.#nextToken(rate));
    this.#full[rate] = Math.max(at, this.#full[rate]) + 1_000_000 / this.#plan.rates[rate].perSecond;
    return at;
  }
}

/** Puts tasks into lanes by the limits that can ever hold them up. */
export function findLanes(plan: Plan): Lanes {
  const { structure, places, rates, poolOf, typeOf, rateOf, free, run } = plan;
  const isReal = (place: number) => place !== NONE && places[place].capacity !== Number.POSITIVE_INFINITY;
  const isRate = (rate: number) => rate !== NONE && rates[rate].perSecond !== Number.POSITIVE_INFINITY;
  const list: Lane[] = [];
  const known = new Map<string, number>();
  const ofTask = new Int32Array(structure.taskCount).fill(NONE);
  let lastKey = '';
  let last: number = NONE;
  let before: readonly [number, number, number] = [NONE - 1, NONE, NONE];
  for (let task = 0; task < structure.taskCount; task++) {
    const pool = isReal(poolOf[task]) ? poolOf[task] : NONE;
    const type = isReal(typeOf[task]) ? typeOf[task] : NONE;
    const rate = isRate(rateOf[task]) ? rateOf[task] : NONE;
    const isHeld = pool !== NONE || type !== NONE || rate !== NONE || run !== Number.POSITIVE_INFINITY;
    if (free[task] === 1 || !isHeld) continue;
    if (before[0] !== pool || before[1] !== type || before[2] !== rate) {
      before = [pool, type, rate];
      lastKey = before.join();
      const found = known.get(lastKey);
      last = found ?? list.push({ places: [pool, type].filter((place) => place !== NONE), rate }) - 1;
      if (found === undefined) known.set(lastKey, last);
    }
    ofTask[task] = last;
  }
  return new Lanes(plan, list, ofTask);
}
