/** What the workflow tasks of a history tell of what waited for what. */
import type { EpochMicros } from '../../units.ts';
import { eventIdAt } from './fields.ts';
import type { Operation } from './operations.ts';

/** The position of the first of some sorted values that is above a value. */
function firstAbove(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The workflow tasks of a history, in order. Two things are recorded: a command names the workflow task that made it, and a
 * result is taken note of by the first completed workflow task that started after it.
 */
export class WorkflowTasks {
  readonly #all: readonly Operation[];
  readonly #completed: readonly Operation[];
  readonly #startedIds: readonly number[];
  readonly #byCompletion: ReadonlyMap<number, Operation>;
  readonly #position: ReadonlyMap<number, number>;

  constructor(operations: readonly Operation[]) {
    this.#all = operations.filter(({ type }) => type === 'workflow_task');
    this.#completed = this.#all.filter(({ status, started }) => status === 'completed' && started !== null);
    this.#startedIds = this.#completed.map(({ started }) => started?.id ?? 0);
    this.#byCompletion = new Map(this.#all.map((task) => [task.close?.id ?? -task.id, task]));
    this.#position = new Map(this.#all.map(({ id }, position) => [id, position]));
  }

  /** The workflow task that takes note of an event. */
  observerOf(eventId: number): Operation | null {
    return this.#completed[firstAbove(this.#startedIds, eventId)] ?? null;
  }

  /** The workflow task that closed with an event. */
  completedBy(eventId: number): Operation | null {
    return this.#byCompletion.get(eventId) ?? null;
  }

  /** When the workflow task before one failed or timed out; null where it did not. */
  failedBefore(task: Operation): EpochMicros | null {
    const before = this.#before(task);
    const hasFailed = before?.status === 'failed' || before?.status === 'timeout';
    return hasFailed ? (before?.close?.time ?? null) : null;
  }

  #before({ id }: Operation): Operation | null {
    const position = this.#position.get(id) ?? 0;
    return this.#all[position - 1] ?? null;
  }

  /** The ids of the operations that each depends on. */
  dependencies(operations: readonly Operation[]): Map<number, readonly number[]> {
    const found = new Map<number, number[]>();
    const add = (id: number, dependency: number) => {
      const known = found.get(id);
      if (known === undefined) found.set(id, [dependency]);
      else known.push(dependency);
    };
    this.#addResults(operations, add);
    this.#addCommands(operations, add);
    for (const task of this.#all) {
      const before = this.#before(task);
      if (!found.has(task.id) && before !== null) add(task.id, before.id);
    }
    return found;
  }

  #addResults(operations: readonly Operation[], add: (id: number, dependency: number) => void): void {
    for (const operation of operations) {
      // The result of an update is made by a workflow task, and none takes note of it.
      if (operation.type === 'workflow_task' || operation.type === 'update') continue;
      const end = operation.type === 'local_activity' ? operation.head : operation.close;
      const observer = end === null ? null : this.observerOf(end.id);
      if (observer !== null) add(observer.id, operation.id);
    }
  }

  #addCommands(operations: readonly Operation[], add: (id: number, dependency: number) => void): void {
    let local: { readonly id: number; readonly task: number } | null = null;
    for (const { id, type, head } of operations) {
      if (head === null || type === 'workflow_task') continue;
      const task = this.#commanderOf(type, head);
      if (task === null) continue;
      add(id, task.id);
      // What a task asked for after a local activity had ended in it, it asked for knowing its result.
      if (local !== null && local.task === task.id && type !== 'local_activity') add(id, local.id);
      if (type === 'local_activity') local = { id, task: task.id };
    }
  }

  #commanderOf(type: Operation['type'], head: NonNullable<Operation['head']>): Operation | null {
    if (type === 'update') {
      const after = eventIdAt(head.attributes, 'acceptedRequestSequencingEventId');
      return after === null ? null : this.observerOf(after);
    }
    return this.completedBy(eventIdAt(head.attributes, 'workflowTaskCompletedEventId') ?? 0);
  }
}
