import { NONE, statusCode, type NodeDeclaration, type NodeTable, type Status } from '@flowprof/model';

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
  /** The share of progress of a leaf, more than 0; 0 for a container. */
  readonly weight: number;
}

/** Every instance of a run by its row, and where it stands. */
export class InstanceTable {
  readonly #declared: InstanceDeclaration[] = [];
  /** How many entries the log had when an instance was declared. */
  readonly #declaredAt: number[] = [];
  readonly #spans: number[] = [];
  readonly #statuses: number[] = [];

  get length(): number {
    return this.#declared.length;
  }

  declare(instance: InstanceDeclaration, logged: number): number {
    this.#declaredAt.push(logged);
    this.#spans.push(NONE);
    this.#statuses.push(statusCode('pending'));
    return this.#declared.push(instance) - 1;
  }

  at(row: number): InstanceDeclaration | undefined {
    return this.#declared[row];
  }

  /** How many entries the log had when the instance was declared. */
  declaredAt(row: number): number {
    return this.#declaredAt[row] ?? 0;
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
    const { key, name, type, iteration } = instance;
    const parent = this.#declared[instance.parent];
    return {
      key,
      name,
      type,
      iteration,
      parentKey: parent?.key ?? null,
      ...(parent && parent.iteration !== iteration && { parentIteration: parent.iteration }),
      dependsOn: this.dependenciesOf(row).map((dependency) => this.#declared[dependency]?.key ?? ''),
    };
  }

  /** The columns so far. */
  snapshot(): NodeTable {
    const length = this.#declared.length;
    const depOffsets = new Uint32Array(length + 1);
    const deps: number[] = [];
    for (let row = 0; row < length; row++) {
      for (const dependency of this.dependenciesOf(row)) deps.push(dependency);
      depOffsets[row + 1] = deps.length;
    }
    return {
      length,
      key: this.#declared.map((instance) => instance.key),
      name: this.#declared.map((instance) => instance.name),
      type: this.#declared.map((instance) => instance.type),
      iteration: Int32Array.from(this.#declared, (instance) => instance.iteration ?? NONE),
      parent: Int32Array.from(this.#declared, (instance) => instance.parent),
      span: Int32Array.from(this.#spans),
      status: Uint8Array.from(this.#statuses),
      depOffsets,
      deps: Uint32Array.from(deps),
    };
  }
}
