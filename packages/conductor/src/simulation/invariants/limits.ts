import type { NodeDefinition } from '../../index.ts';
import { everyDefinition } from '../definitions.ts';
import type { Fact, Simulated } from '../facts.ts';
import type { World } from '../world.ts';
import type { Report } from './report.ts';

const DEFAULT_CONCURRENCY = 4;

/**
 * How many handlers work at once, by what limits them. Looked at whenever time goes on: a handler that is stopped may hear
 * of it when another has started in its place, at the same moment.
 */
class Usage {
  readonly #used = new Map<string, { count: number; readonly limit: number }>();
  readonly #report: Report;
  #at = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  change(name: string, limit: number, by: 1 | -1): void {
    const used = this.#used.get(name);
    if (used) used.count += by;
    else this.#used.set(name, { count: by, limit });
  }

  reach(at: number): void {
    if (at === this.#at) return;
    for (const [name, { count, limit }] of this.#used) {
      if (count > limit) this.#report.add(`${count} at once under the limit ${name} of ${limit} at ${this.#at}`);
    }
    this.#at = at;
  }
}

/** What limits a handler: name and limit. */
function limitsOf(world: World, node: NodeDefinition, type: string): [string, number][] {
  const { pools, typeConcurrency } = world.definition;
  const limits: [string, number][] = [['run', world.concurrency ?? DEFAULT_CONCURRENCY]];
  if (node.pool !== undefined) limits.push([`pool ${node.pool}`, pools?.[node.pool]?.concurrency ?? 0]);
  const ofType = typeConcurrency?.[type];
  if (ofType !== undefined) limits.push([`type ${type}`, ofType]);
  return limits;
}

/** At no moment do more handlers work than the run, a pool or a type lets. */
export function checkConcurrency(world: World, { facts }: Simulated, report: Report): void {
  const definitions = everyDefinition(world);
  const open = new Map<number, [string, number][]>();
  let usage = new Usage(report);
  for (const fact of facts) {
    if (fact.kind === 'started' || fact.kind === 'ended') usage.reach(fact.at);
    if (fact.kind === 'died') {
      usage = new Usage(report);
      open.clear();
    } else if (fact.kind === 'started') {
      const node = definitions.get(fact.plan);
      const limits = node ? limitsOf(world, node, fact.type) : [];
      for (const [name, limit] of limits) usage.change(name, limit, 1);
      open.set(fact.call, limits);
    } else if (fact.kind === 'ended') {
      for (const [name, limit] of open.get(fact.call) ?? []) usage.change(name, limit, -1);
      open.delete(fact.call);
    }
  }
}

/** The loops around a path with the items it is in: `each[3]/in[1]/x` gives `each` with 3, `each[3]/in` with 1. */
function loopsOf(path: string): { loop: string; id: string; item: string }[] {
  return [...path.matchAll(/\[(\d+)\]/g)].map((found) => {
    const loop = path.slice(0, found.index);
    return { loop, id: loop.slice(loop.lastIndexOf('/') + 1), item: found[1] ?? '' };
  });
}

/** At no moment are more items of a loop worked on than it lets. */
export function checkItems(world: World, { facts }: Simulated, report: Report): void {
  const definitions = everyDefinition(world);
  const paths = new Map<number, string>();
  /** How many handlers of an item work, by the item's path. */
  const open = new Map<string, number>();
  let usage = new Usage(report);
  const change = (path: string, by: 1 | -1): void => {
    for (const { loop, id, item } of loopsOf(path)) {
      const limit = definitions.get(id)?.with?.['concurrency'];
      if (typeof limit !== 'number') continue;
      const name = `${loop}[${item}]`;
      const before = open.get(name) ?? 0;
      open.set(name, before + by);
      if (before === 0 || before + by === 0) usage.change(`items of ${loop}`, limit, by);
    }
  };
  for (const fact of facts) {
    if (fact.kind === 'started' || fact.kind === 'ended') usage.reach(fact.at);
    if (fact.kind === 'died') {
      usage = new Usage(report);
      open.clear();
      paths.clear();
    } else if (fact.kind === 'started') {
      paths.set(fact.call, fact.path);
      change(fact.path, 1);
    } else if (fact.kind === 'ended' && paths.has(fact.call)) {
      change(paths.get(fact.call) ?? '', -1);
      paths.delete(fact.call);
    }
  }
}

type Start = Extract<Fact, { kind: 'started' }>;

/** In any stretch of time, no more attempts start than the bucket holds and gets meanwhile. */
export function checkRates(world: World, { facts }: Simulated, report: Report): void {
  // Slow motion comes after the token of the first attempt, and not before those of the others.
  if (world.slowMo !== undefined) return;
  const definitions = everyDefinition(world);
  const starts = new Map<string, Start[]>();
  for (const fact of facts) {
    const name = fact.kind === 'started' ? definitions.get(fact.plan)?.rateLimit : undefined;
    if (fact.kind !== 'started' || name === undefined) continue;
    // A new process begins with a full bucket.
    const bucket = `${name}#${fact.life}`;
    const known = starts.get(bucket);
    if (known) known.push(fact);
    else starts.set(bucket, [fact]);
  }
  for (const [bucket, facts_] of starts) {
    const rate = world.definition.rateLimits?.[bucket.slice(0, bucket.indexOf('#'))];
    if (!rate) continue;
    for (const [i, first] of facts_.entries()) {
      for (const [j, last] of facts_.entries()) {
        if (j < i) continue;
        const allowed = (rate.burst ?? 1) + (rate.perSecond * (last.clock - first.clock)) / 1e6;
        // A timer may fire a microsecond early, since the times are whole ones.
        const slack = (rate.perSecond * (j - i + 1)) / 1e6 + 1e-6;
        if (j - i + 1 > allowed + slack) {
          report.add(`${j - i + 1} starts under ${bucket} in ${last.clock - first.clock} us, not ${allowed}`);
        }
      }
    }
  }
}
