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
    const { parentKey = null, type = 'task' } = more;
    this.#assembler.addNode({ key, name: key, type, iteration: null, parentKey, dependsOn });
    if (span === null) return this;
    const own = this.#span('node', key, key, null, span, more.status, more.metadata);
    for (const one of inside) this.#inner(key, own, one);
    return this;
  }

  system(name: string, span: Interval): this {
    this.#span('system', name, null, null, span);
    return this;
  }

  #inner(key: string, parent: string, [name, span, inside = [], more = {}]: Inner): void {
    const kind = name.startsWith('attempt') ? 'attempt' : 'phase';
    const own = this.#span(kind, name, key, parent, span, more.status, more.metadata);
    for (const one of inside) this.#inner(key, own, one);
  }

  #span(
    kind: SpanKind,
    name: string,
    nodeKey: string | null,
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
      nodeKey,
      iteration: null,
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
interface More {
  readonly status?: Status;
  readonly metadata?: JsonObject;
  readonly parentKey?: string;
  readonly type?: string;
}
export type Inner = readonly [string, Interval, (readonly Inner[])?, More?];
