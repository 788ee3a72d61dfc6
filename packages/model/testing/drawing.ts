import type { JsonObject } from '../src/json.ts';
import { TraceAssembler } from '../src/trace/assemble.ts';
import type { Status } from '../src/trace/status.ts';
import type { ExecutionInfo, SpanKind, Trace } from '../src/trace/trace.ts';
import { asMicros, microsFromMs } from '../src/units.ts';

/** Draws a trace: nodes with what they wait for, spans as `[from, to]` in ms. A span without a node's key is nobody's. */
export class Drawing {
  readonly #assembler: TraceAssembler;
  #count = 0;

  constructor(info: Partial<ExecutionInfo> = {}) {
    this.#assembler = new TraceAssembler({ status: 'completed', sourceFormat: 'conductor', ...info });
  }

  /** Declares a node and its span, and draws what is inside. */
  node(key: string, dependsOn: string[], span: Interval | null, inside: readonly Inner[] = [], more: More = {}): this {
    const { parentKey = null, type = 'task', iteration = null, parentIteration } = more;
    const within = parentIteration === undefined ? {} : { parentIteration };
    this.#assembler.addNode({ key, name: key, type, iteration, parentKey, dependsOn, ...within });
    return span === null ? this : this.span(key, span, inside, more);
  }

  /** Draws a span of a node that is declared, and what is inside: the last one is the node's own. */
  span(key: string, span: Interval, inside: readonly Inner[] = [], more: More = {}): this {
    const node = { key, iteration: more.iteration ?? null };
    const own = this.#span('node', key, node, null, span, more.status, more.metadata);
    for (const one of inside) this.#inner(node, own, one);
    return this;
  }

  system(name: string, span: Interval): this {
    this.#span('system', name, null, null, span);
    return this;
  }

  #inner(node: Instance, parent: string, [name, span, inside = [], more = {}]: Inner): void {
    const kind = name.startsWith('attempt') ? 'attempt' : 'phase';
    const own = this.#span(kind, name, node, parent, span, more.status, more.metadata);
    for (const one of inside) this.#inner(node, own, one);
  }

  #span(
    kind: SpanKind,
    name: string,
    node: Instance | null,
    parentId: string | null,
    [from, to]: Interval,
    status: Status = 'completed',
    metadata: JsonObject | null = null,
  ) {
    const id = `s${this.#count++}`;
    const start = microsFromMs(from);
    const duration = asMicros(microsFromMs(to) - start);
    this.#assembler.addSpan({
      id,
      parentId,
      kind,
      name,
      nodeKey: node?.key ?? null,
      iteration: node?.iteration ?? null,
      start,
      duration,
      status,
      track: null,
      metadata,
    });
    return id;
  }

  trace(): Trace {
    return this.#assembler.finish();
  }
}

type Interval = readonly [number, number];

interface Instance {
  readonly key: string;
  readonly iteration: number | null;
}

interface More {
  readonly status?: Status;
  readonly metadata?: JsonObject;
  readonly parentKey?: string;
  readonly type?: string;
  readonly iteration?: number;
  readonly parentIteration?: number | null;
}
export type Inner = readonly [string, Interval, (readonly Inner[])?, More?];
