import {
  isTerminal,
  NONE,
  statusCode,
  statusOf,
  type NodeDeclaration,
  type NodeTable,
  type Status,
} from '@flowprof/model';

/** One activation of a node, as the engine announces it. Rows count from 0 in the order of declaration. */
export interface InstanceDeclaration {
  readonly key: string;
  readonly name: string;
  readonly type: string;
  /** The position of the item, or a running number in nested loops; null outside of loops. */
  readonly iteration: number | null;
  /** The row of the container's instance, which must have been declared before, or `NONE`. */
  readonly parent: number;
  /** Rows of the instances that it waits for, which may be declared later. */
  readonly dependencies: readonly number[];
  /** Is added to each of `dependencies`, so that the instances of a loop can share one list; 0 when absent. */
  readonly base?: number;
  /** The pool that it counts towards; null or absent for none. */
  readonly taskQueue?: string | null;
  /** The share of progress of a leaf, more than 0; 0 for a container. */
  readonly weight: number;
}

const FIRST_CAPACITY = 64;
const PENDING = statusCode('pending');

/** Instances that were declared together: rows from `first` to `end`, when the log had `logged` entries. */
export interface Batch {
  readonly first: number;
  readonly end: number;
  readonly logged: number;
}

/** Every instance of a run by its row, and where it stands. */
export class InstanceTable {
  readonly #declared: InstanceDeclaration[] = [];
  /** The instances that were the first to be declared after a new entry of the log, and how many entries it had then. */
  readonly #firsts: number[] = [];
  readonly #logged: number[] = [];
  #spans = new Int32Array(FIRST_CAPACITY);
  #statuses = new Uint8Array(FIRST_CAPACITY);

  get length(): number {
    return this.#declared.length;
  }

  /** @param logged how many entries the log has */
  declare(instance: InstanceDeclaration, logged: number): number {
    const row = this.#declared.push(instance) - 1;
    if (this.#logged[this.#logged.length - 1] !== logged) {
      this.#firsts.push(row);
      this.#logged.push(logged);
    }
    if (row === this.#spans.length) this.#grow();
    this.#spans[row] = NONE;
    this.#statuses[row] = PENDING;
    return row;
  }

  at(row: number): InstanceDeclaration | undefined {
    return this.#declared[row];
  }

  /** The instances by when they were declared. */
  *batches(): Iterable<Batch> {
    for (const [i, first] of this.#firsts.entries()) {
      yield { first, end: this.#firsts[i + 1] ?? this.length, logged: this.#logged[i] ?? 0 };
    }
  }

  /** The status of an instance where it is final, else null. */
  finalStatus(row: number): Status | null {
    const status = statusOf(this.#statuses[row] ?? 0);
    return isTerminal(status) ? status : null;
  }

  setSpan(row: number, span: number): void {
    this.#spans[row] = span;
  }

  setStatus(row: number, status: Status): void {
    this.#statuses[row] = statusCode(status);
  }

  /** The rows of the instances that an instance waits for. */
  dependenciesOf(row: number): readonly number[] {
    const { dependencies = [], base = 0 } = this.#declared[row] ?? {};
    return base === 0 ? dependencies : dependencies.map((dependency) => dependency + base);
  }

  /** The instance as events announce it. Its dependencies must have been declared. */
  declarationOf(row: number): NodeDeclaration | undefined {
    const instance = this.#declared[row];
    if (instance === undefined) return undefined;
    const { key, name, type, iteration, taskQueue = null } = instance;
    const parent = this.#declared[instance.parent];
    return {
      key,
      name,
      type,
      iteration,
      parentKey: parent?.key ?? null,
      ...(parent && parent.iteration !== iteration && { parentIteration: parent.iteration }),
      dependsOn: this.dependenciesOf(row).map((dependency) => this.#declared[dependency]?.key ?? ''),
      ...(taskQueue !== null && { taskQueue }),
    };
  }

  /** The columns so far. */
  snapshot(): NodeTable {
    const length = this.#declared.length;
    const key: string[] = [];
    // Nodes without names of their own are called by their keys: one list does for both then.
    let name = key;
    const type: string[] = [];
    const iteration = new Int32Array(length);
    const parent = new Int32Array(length);
    const depOffsets = new Uint32Array(length + 1);
    let edges = 0;
    for (let row = 0; row < length; row++) {
      const instance = this.#declared[row];
      if (instance === undefined) break;
      if (name === key && instance.name !== instance.key) name = key.slice();
      key.push(instance.key);
      if (name !== key) name.push(instance.name);
      type.push(instance.type);
      iteration[row] = instance.iteration ?? NONE;
      parent[row] = instance.parent;
      edges += instance.dependencies.length;
      depOffsets[row + 1] = edges;
    }
    return {
      length,
      key,
      name,
      type,
      iteration,
      parent,
      span: this.#spans.slice(0, length),
      status: this.#statuses.slice(0, length),
      depOffsets,
      deps: this.#edges(edges),
    };
  }

  #edges(count: number): Uint32Array {
    const deps = new Uint32Array(count);
    let edge = 0;
    for (const { dependencies, base = 0 } of this.#declared) {
      for (const dependency of dependencies) deps[edge++] = dependency + base;
    }
    return deps;
  }

  #grow(): void {
    const capacity = this.#spans.length * 2;
    const [spans, statuses] = [new Int32Array(capacity), new Uint8Array(capacity)];
    spans.set(this.#spans);
    statuses.set(this.#statuses);
    this.#spans = spans;
    this.#statuses = statuses;
  }
}
