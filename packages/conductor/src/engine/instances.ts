import { NONE, statusCode, statusOf, type JsonValue, type Status } from '@flowprof/model';
import type { Body, CompiledNode } from '../graph/graph.ts';
import type { Place } from '../node-type.ts';
import type { Frame } from './frame.ts';
import type { Recorder } from './recorder.ts';

/** Codes of states; those up to `running` are not final. */
export const CODE = {
  pending: statusCode('pending'),
  running: statusCode('running'),
  completed: statusCode('completed'),
  failed: statusCode('failed'),
  cancelled: statusCode('cancelled'),
  timeout: statusCode('timeout'),
  skipped: statusCode('skipped'),
} satisfies Record<Status, number>;

const FIRST_CAPACITY = 16;

/** What is the same of the nodes of a body however often it is started, as columns that can be copied in one go. */
interface BodyColumns {
  /** The position of the group that contains each, or `NONE`. */
  readonly parent: Int32Array;
  readonly waitsFor: Int32Array;
  readonly childrenLeft: Int32Array;
}

const columnsOfBodies = new WeakMap<Body, BodyColumns>();

function columnsOf(body: Body): BodyColumns {
  const known = columnsOfBodies.get(body);
  if (known !== undefined) return known;
  const columns = {
    parent: Int32Array.from(body.nodes, (node) => node.parent),
    waitsFor: Int32Array.from(body.nodes, (node) => node.dependencies.length),
    childrenLeft: Int32Array.from(body.nodes, (node) => node.children.length),
  };
  columnsOfBodies.set(body, columns);
  return columns;
}

/**
 * The nodes of a run as often as they are started, in columns. An instance is a row of the trace's node table; those of
 * the run's own body stand at the positions of its nodes, those of loops and subworkflows come when they start.
 */
export class Instances {
  readonly node: CompiledNode[] = [];
  readonly frame: Frame[] = [];
  // Arrays of numbers that are replaced by longer ones when instances are added.
  /** A code of `CODE`. */
  status = new Uint8Array(0);
  /** The instance that contains it, or `NONE`. */
  parent = new Int32Array(0);
  /** How many dependencies, and of a container how many nodes in it, have not ended. */
  waitsFor = new Int32Array(0);
  childrenLeft = new Int32Array(0);
  /** Microseconds; meaningful once it is ready. */
  readyAt = new Float64Array(0);
  /** The instance whose end made it ready, or `NONE`. */
  releasedBy = new Int32Array(0);
  /** The row of its span, or `NONE`. */
  span = new Int32Array(0);
  readonly output: (JsonValue | undefined)[] = [];
  /** How many have not ended. */
  left = 0;
  readonly #recorder: Recorder;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  get length(): number {
    return this.node.length;
  }

  /** Adds an instance of each node of a body. */
  add(frame: Frame): void {
    const { base, body, owner, iteration, keys } = frame;
    const isPlain = base === 0 && iteration === null && keys === '';
    const columns = columnsOf(body);
    if (base + body.nodes.length > this.status.length) this.#grow(base + body.nodes.length);
    this.waitsFor.set(columns.waitsFor, base);
    this.childrenLeft.set(columns.childrenLeft, base);
    for (const [position, node] of body.nodes.entries()) {
      const inside = columns.parent[position] ?? NONE;
      const parent = inside === NONE ? owner : base + inside;
      this.parent[base + position] = parent;
      this.node.push(node);
      this.frame.push(frame);
      this.output.push(undefined);
      const { declaration } = node;
      if (isPlain) this.#recorder.declare(declaration);
      else {
        const { name, type, dependencies, taskQueue = null, weight } = declaration;
        const key = keys + declaration.key;
        this.#recorder.declare({ key, name, type, iteration, parent, dependencies, base, taskQueue, weight });
      }
    }
    this.left += body.nodes.length;
  }

  /** Makes room for at least so many instances; exactly so many at first, since most runs have no loops. */
  #grow(needed: number): void {
    const from = this.status.length;
    const capacity = from === 0 ? Math.max(FIRST_CAPACITY, needed) : Math.max(2 * from, needed);
    this.status = into(new Uint8Array(capacity), this.status);
    this.parent = into(new Int32Array(capacity), this.parent);
    this.waitsFor = into(new Int32Array(capacity), this.waitsFor);
    this.childrenLeft = into(new Int32Array(capacity), this.childrenLeft);
    this.readyAt = into(new Float64Array(capacity), this.readyAt);
    this.releasedBy = into(new Int32Array(capacity).fill(NONE, from), this.releasedBy);
    this.span = into(new Int32Array(capacity).fill(NONE, from), this.span);
  }

  statusOf(index: number): Status {
    return statusOf(this.status[index] ?? 0);
  }

  isPending(index: number): boolean {
    return this.status[index] === CODE.pending;
  }

  hasEnded(index: number): boolean {
    return (this.status[index] ?? 0) > CODE.running;
  }

  setStatus(index: number, status: Status): void {
    const code = statusCode(status);
    if (code > CODE.running && !this.hasEnded(index)) this.left--;
    this.status[index] = code;
  }

  pathOf(index: number): string {
    return `${this.frame[index]?.path ?? ''}${this.node[index]?.id ?? ''}`;
  }

  /** The key of a node as the trace has it: its id, below the subworkflows that it is in. */
  keyOf(index: number): string {
    return `${this.frame[index]?.keys ?? ''}${this.node[index]?.id ?? ''}`;
  }

  /** Where a node stands: its path, its key, and what numbers it in a loop. */
  placeOf(index: number): Place {
    const iteration = this.frame[index]?.iteration ?? null;
    return { path: this.pathOf(index), key: this.keyOf(index), iteration };
  }

  /** The instance of a node beside another, by its position in their body. */
  beside(index: number, position: number): number {
    return (this.frame[index]?.base ?? 0) + position;
  }
}

/** Copies what is in a shorter array. */
function into<T extends Uint8Array | Int32Array | Float64Array>(longer: T, from: T): T {
  longer.set(from);
  return longer;
}
