import { CAUSES, type Cause } from '../../trace/phases.ts';
import { CAUSE_COUNT } from '../node-accounts.ts';
import type { WaitReason } from '../wait-reasons.ts';
import type { Alignment } from './align.ts';
import { OwnTimes } from './own-times.ts';
import { pathGroups, type PathGroup } from './path-groups.ts';
import type { Side } from './side.ts';

/** Where a node was on the critical path: in both executions, only before (it left), or only after (it came). */
export type PathMove = 'stayed' | 'left' | 'came';

/** What a node took of the makespans, by one cause. */
export interface NodePart {
  readonly kind: 'node';
  /** The position in the alignment's pairs. */
  readonly pair: number;
  readonly cause: Cause;
  readonly move: PathMove;
  /** What its longest wait was for, after, else before. */
  readonly reason: WaitReason | null;
  readonly before: number;
  readonly after: number;
}

/** Time of the makespans that belongs to no node. */
interface BetweenPart {
  readonly kind: 'between';
  readonly cause: Cause;
  readonly before: number;
  readonly after: number;
}

/**
 * The path goes another way: what remains of a stretch that other nodes hold, after those that are told of. Where that
 * is the slack that a way had in the other execution, only the difference means something: `before` or `after` may be
 * negative.
 */
interface ShiftPart {
  readonly kind: 'path_shift';
  /** The pairs that held the stretch before only, and after only. */
  readonly left: readonly number[];
  readonly came: readonly number[];
  /** The side whose nodes are told of: those that left, or those that came. */
  readonly told: 'left' | 'came';
  readonly before: number;
  readonly after: number;
}

/** A part of the difference of two makespans. The `before` of all parts sum to the makespan before, and so on. */
export type DifferencePart = NodePart | BetweenPart | ShiftPart;

/** By `pair * CAUSE_COUNT + cause`, what each node holds of the path of a side. */
function heldBy({ accounts, path }: Side, pairOf: Int32Array, pairCount: number): Float64Array {
  const held = new Float64Array(pairCount * CAUSE_COUNT);
  for (const account of path) {
    const times = accounts.onPath.subarray(account * CAUSE_COUNT, (account + 1) * CAUSE_COUNT);
    held.set(times, pairOf[account] * CAUSE_COUNT);
  }
  return held;
}

/** Divides the difference of two makespans. */
class Divider {
  readonly parts: DifferencePart[] = [];
  readonly #before: Side;
  readonly #after: Side;
  readonly #alignment: Alignment;
  readonly #held: readonly [before: Float64Array, after: Float64Array];
  readonly #own: OwnTimes;

  constructor(before: Side, after: Side, alignment: Alignment) {
    const { ofBefore, ofAfter, pairs } = alignment;
    this.#before = before;
    this.#after = after;
    this.#alignment = alignment;
    this.#held = [heldBy(before, ofBefore, pairs.length), heldBy(after, ofAfter, pairs.length)];
    this.#own = new OwnTimes(before, after);
  }

  between(): void {
    for (const [code, cause] of CAUSES.entries()) {
      const before = this.#before.between[code];
      const after = this.#after.between[code];
      if (before !== 0 || after !== 0) this.parts.push({ kind: 'between', cause, before, after });
    }
  }

  /** A node that holds the path in both executions. */
  stayed(pair: number): void {
    const [before, after] = this.#held;
    this.#node(pair, 'stayed', this.#slice(before, pair), this.#slice(after, pair));
  }

  /**
   * A stretch that other nodes hold. What is in one of the executions only is told of first. Of the rest, the nodes of the
   * longer way are told, each with what it took in the other execution, if that explains why the stretch is longer or
   * shorter; what is left is what the path won or lost by going another way.
   */
  shifted(group: PathGroup): void {
    const { pairs } = this.#alignment;
    const left = group.left.filter((pair) => pairs[pair].after !== null || this.#alone(pair, 'left'));
    const came = group.came.filter((pair) => pairs[pair].before !== null || this.#alone(pair, 'came'));
    const [heldBefore, heldAfter] = this.#held;
    let before = this.#lengthOf(heldBefore, left);
    let after = this.#lengthOf(heldAfter, came);
    const told = this.#longerWay(left, came, before, after);
    const changes = (told === 'left' ? left : came).map((pair) => ({ pair, ...this.#timesOf(pair, told) }));
    const ownBefore = changes.reduce((sum, times) => sum + sumOfColumn(times.before), 0);
    const ownAfter = changes.reduce((sum, times) => sum + sumOfColumn(times.after), 0);
    if (Math.sign(ownAfter - ownBefore) === Math.sign(after - before)) {
      before -= ownBefore;
      after -= ownAfter;
      for (const times of changes) this.#node(times.pair, told, times.before, times.after);
    }
    if (before !== 0 || after !== 0) this.parts.push({ kind: 'path_shift', left, came, told, before, after });
  }

  /** Tells of a node that is in one of the executions only. @returns false */
  #alone(pair: number, move: 'left' | 'came'): false {
    const nothing = new Float64Array(CAUSE_COUNT);
    const [before, after] = this.#held;
    if (move === 'left') this.#node(pair, move, this.#slice(before, pair), nothing);
    else this.#node(pair, move, nothing, this.#slice(after, pair));
    return false;
  }

  /** On a tie the way whose first node has the smaller id, so that it is the same way in both directions. */
  #longerWay(left: readonly number[], came: readonly number[], before: number, after: number): 'left' | 'came' {
    if (before !== after) return before > after ? 'left' : 'came';
    if (left.length === 0 || came.length === 0) return left.length > 0 ? 'left' : 'came';
    const { pairs } = this.#alignment;
    const idLeft = this.#before.accounts.id[pairs[left[0]].before ?? 0];
    const idCame = this.#after.accounts.id[pairs[came[0]].after ?? 0];
    return idLeft < idCame ? 'left' : 'came';
  }

  /** What a node that is in both executions, and holds the path in one, takes in both. */
  #timesOf(pair: number, move: 'left' | 'came'): { before: Float64Array; after: Float64Array } {
    const { before, after } = this.#alignment.pairs[pair];
    const [heldBefore, heldAfter] = this.#held;
    if (before === null || after === null) throw new RangeError('the node is in one execution only');
    if (move === 'left') return { before: this.#slice(heldBefore, pair), after: this.#own.elsewhere(0, before, after) };
    return { before: this.#own.elsewhere(1, after, before), after: this.#slice(heldAfter, pair) };
  }

  #node(pair: number, move: PathMove, before: Float64Array, after: Float64Array): void {
    for (const [code, cause] of CAUSES.entries()) {
      if (before[code] === 0 && after[code] === 0) continue;
      const reason = this.#reasonOf(pair, code);
      this.parts.push({ kind: 'node', pair, cause, move, reason, before: before[code], after: after[code] });
    }
  }

  #reasonOf(pair: number, code: number): WaitReason | null {
    const { before, after } = this.#alignment.pairs[pair];
    const at = (side: Side, account: number | null) =>
      account === null ? null : (side.reasons.get(account * CAUSE_COUNT + code) ?? null);
    return at(this.#after, after) ?? at(this.#before, before);
  }

  #slice(held: Float64Array, pair: number): Float64Array {
    return held.subarray(pair * CAUSE_COUNT, (pair + 1) * CAUSE_COUNT);
  }

  #lengthOf(held: Float64Array, pairs: readonly number[]): number {
    return pairs.reduce((sum, pair) => sum + sumOfColumn(this.#slice(held, pair)), 0);
  }
}

function sumOfColumn(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0);
}

/**
 * Divides the difference of two makespans by node and cause, so that the parts sum to it exactly, on any two traces:
 * what a node holds of both paths is compared directly. Where the path goes another way between two nodes that both
 * paths have, nodes that are in one execution only are told with all that they hold, then the nodes of the longer way, each with
 * what it took in the other execution, where it did not hold the path; the remainder is a part of its own
 * (`path_shift`): the slack that the way had there. See ADR 42.
 * Compared the other way round, every part is the same with the opposite sign. The largest differences come first.
 */
export function attributeDifference(before: Side, after: Side, alignment: Alignment): DifferencePart[] {
  const divider = new Divider(before, after, alignment);
  const pathBefore = before.path.map((account) => alignment.ofBefore[account]);
  const pathAfter = after.path.map((account) => alignment.ofAfter[account]);
  const isOnBoth = new Set(pathBefore);
  for (const pair of pathAfter) if (isOnBoth.has(pair)) divider.stayed(pair);
  for (const group of pathGroups(pathBefore, pathAfter)) divider.shifted(group);
  divider.between();
  return divider.parts.sort(
    (a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || b.after - a.after || b.before - a.before,
  );
}
