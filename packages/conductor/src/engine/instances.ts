import { NONE, statusCode, statusOf, type JsonValue, type Status } from '@flowprof/model';
import type { CompiledNode } from '../graph/graph.ts';
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

/**
 * The nodes of a run as often as they are started, in columns. An instance is a row of the trace's node table; those of
 * the run's own body stand at the positions of its nodes, those of loops and subworkflows come when they start.
 */
export class Instances {
  readonly node: CompiledNode[] = [];
  readonly frame: Frame[] = [];
  /** A code of `CODE`. */
  readonly status: number[] = [];
  /** The instance that contains it, or `NONE`. */
  readonly parent: number[] = [];
  /** How many dependencies, and of a container how many nodes in it, have not ended. */
  readonly waitsFor: number[] = [];
  readonly childrenLeft: number[] = [];
  /** Microseconds; meaningful once it is ready. */
  readonly readyAt: number[] = [];
  /** The instance whose end made it ready, or `NONE`. */
  readonly releasedBy: number[] = [];
  /** The row of its span, or `NONE`. */
  readonly span: number[] = [];
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
    for (const node of body.nodes) {
      const parent = node.parent === NONE ? owner : base + node.parent;
      this.node.push(node);
      this.frame.push(frame);
      this.status.push(CODE.pending);
      this.parent.push(parent);
      this.waitsFor.push(node.dependencies.length);
      this.childrenLeft.push(node.children.length);
      this.readyAt.push(0);
      this.releasedBy.push(NONE);
      this.span.push(NONE);
      this.output.push(undefined);
      const { declaration } = node;
      this.#recorder.declare(
        isPlain
          ? declaration
          : {
              ...declaration,
              key: keys + declaration.key,
              iteration,
              parent,
              dependencies: declaration.dependencies.map((other) => base + other),
            },
      );
    }
    this.left += body.nodes.length;
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
    const code = CODE[status];
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

  /** The instance of a node beside another, by its position in their body. */
  beside(index: number, position: number): number {
    return (this.frame[index]?.base ?? 0) + position;
  }
}
