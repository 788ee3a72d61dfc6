import { asMicros, NONE, statusCode, statusOf, type Micros, type Status } from '@flowprof/model';
import { entryAt, PROGRESS, type LogColumns, type LogEntry } from '../engine/log.ts';
import type { InstanceDeclaration, InstanceTable } from './instances.ts';

/** The level of the run itself; that of a container is the row of its instance. */
export const ROOT = NONE;

const PENDING = statusCode('pending');
const RUNNING = statusCode('running');
const COMPLETED = statusCode('completed');

/** Numbers in groups: those of group `i` are `items` from `offsets[i]` to `offsets[i + 1]`, in the order they came in. */
class Groups {
  readonly #offsets: Uint32Array;
  readonly #items: Uint32Array;

  /** @param groupOf the group of each item, or -1 */
  constructor(groups: number, groupOf: Int32Array) {
    this.#offsets = new Uint32Array(groups + 1);
    for (const group of groupOf) if (group >= 0) this.#offsets[group + 1] = (this.#offsets[group + 1] ?? 0) + 1;
    for (let i = 0; i < groups; i++) this.#offsets[i + 1] = (this.#offsets[i + 1] ?? 0) + (this.#offsets[i] ?? 0);
    this.#items = new Uint32Array(this.#offsets[groups] ?? 0);
    const next = this.#offsets.slice(0, groups);
    for (let item = 0; item < groupOf.length; item++) {
      const group = groupOf[item] ?? -1;
      if (group < 0) continue;
      const at = next[group] ?? 0;
      this.#items[at] = item;
      next[group] = at + 1;
    }
  }

  of(group: number): Uint32Array {
    return this.#items.subarray(this.#offsets[group], this.#offsets[group + 1]);
  }
}

/**
 * What is known of every instance once the log has been gone through, and where its entries are: columns, so that it
 * takes little time and memory however long the log is, and what is made of it can be made level by level.
 */
export class LogIndex {
  readonly instances: InstanceTable;
  readonly log: LogColumns;
  /**
   * The weight of each instance. A container weighs as much as the leaves that were declared together with it, or 1 where
   * there were none, as in a loop that has yet to find out what it goes over.
   */
  readonly weight: Float64Array;
  /** How many entries the log had when each instance was declared. */
  readonly declared: Uint32Array;
  readonly #status: Uint8Array;
  readonly #progress: Float64Array;
  /** NaN where it has not started or ended. */
  readonly #start: Float64Array;
  readonly #end: Float64Array;
  /** The remark of each entry, or `NONE`. */
  readonly #remark: Int32Array;
  readonly #members: Groups;
  readonly #entriesOfNode: Groups;
  readonly #entriesOfLevel: Groups;

  constructor(instances: InstanceTable, log: LogColumns) {
    const { length } = instances;
    this.instances = instances;
    this.log = log;
    this.weight = new Float64Array(length);
    this.declared = new Uint32Array(length);
    this.#status = new Uint8Array(length).fill(PENDING);
    this.#progress = new Float64Array(length);
    this.#start = new Float64Array(length).fill(Number.NaN);
    this.#end = new Float64Array(length).fill(Number.NaN);
    for (const { first, end, logged } of instances.batches()) this.#declare(first, end, logged);
    const level = new Int32Array(length);
    for (let row = 0; row < length; row++) level[row] = this.#levelOf(row) + 1;
    this.#members = new Groups(length + 1, level);
    const node = new Int32Array(log.node.length).fill(-1);
    const levels = new Int32Array(log.node.length).fill(-1);
    this.#remark = new Int32Array(log.node.length).fill(NONE);
    for (let remark = 0; remark < log.remarked.length; remark++) this.#remark[log.remarked[remark] ?? NONE] = remark;
    for (let i = 0; i < node.length; i++) {
      const row = log.node[i] ?? NONE;
      const isKnown = row >= 0 && row < length && (this.declared[row] ?? 0) <= i;
      if (!isKnown || (level[row] ?? -1) < 0) continue;
      node[i] = row;
      levels[i] = level[row] ?? -1;
      this.#apply(row, i);
    }
    this.#entriesOfNode = new Groups(length, node);
    this.#entriesOfLevel = new Groups(length + 1, levels);
  }

  isContainer(row: number): boolean {
    return this.instances.at(row)?.weight === 0;
  }

  /** The rows of the instances on a level. */
  membersOf(level: number): Uint32Array {
    return this.#members.of(level + 1);
  }

  /** The positions in the log of the entries about an instance. */
  entriesOf(row: number): Uint32Array {
    return this.#entriesOfNode.of(row);
  }

  /** The positions in the log of the entries about the instances on a level. */
  entriesOfLevel(level: number): Uint32Array {
    return this.#entriesOfLevel.of(level + 1);
  }

  /** The entry at a position in the log. */
  entry(position: number): LogEntry {
    return entryAt(this.log, position, this.#remark[position] ?? NONE);
  }

  /** Where an instance came to in the end. */
  lastOf(row: number): { status: Status; progress: number; start: Micros | null; end: Micros | null } {
    const [start = Number.NaN, end = Number.NaN] = [this.#start[row], this.#end[row]];
    return {
      status: statusOf(this.#status[row] ?? PENDING),
      progress: this.#progress[row] ?? 0,
      start: Number.isNaN(start) ? null : asMicros(start),
      end: Number.isNaN(end) ? null : asMicros(end),
    };
  }

  nodeAt(row: number): InstanceDeclaration | undefined {
    return this.instances.at(row);
  }

  /** Takes in instances that were declared together. */
  #declare(first: number, end: number, logged: number): void {
    const { weight } = this;
    for (let row = end - 1; row >= first; row--) {
      const instance = this.instances.at(row);
      if (!instance) continue;
      this.declared[row] = logged;
      if (instance.weight > 0) weight[row] = instance.weight;
      else if (weight[row] === 0) weight[row] = 1;
      if (instance.parent >= first) weight[instance.parent] = (weight[instance.parent] ?? 0) + (weight[row] ?? 0);
    }
  }

  /** The level that an instance is on; one before `ROOT` where it is in none. */
  #levelOf(row: number): number {
    const parent = this.instances.at(row)?.parent ?? NONE;
    const isIn = (parent === NONE || this.isContainer(parent)) && (this.declared[row] ?? 0) <= this.log.node.length;
    return isIn ? parent : ROOT - 1;
  }

  #apply(row: number, position: number): void {
    const entry = this.log.state[position] ?? PENDING;
    const at = this.log.at[position] ?? 0;
    if (entry === PROGRESS) {
      this.#progress[row] = this.log.percent[this.#remark[position] ?? NONE] ?? 0;
      return;
    }
    this.#status[row] = entry;
    if (entry === RUNNING) {
      this.#start[row] = at;
      this.#progress[row] = 0;
      return;
    }
    this.#end[row] = at;
    if (Number.isNaN(this.#start[row])) this.#start[row] = at;
    if (entry === COMPLETED) this.#progress[row] = 100;
  }
}
