import { instanceKey } from '../trace/builder.ts';
import { isStatus, statusCode } from '../trace/status.ts';
import { KIND, NONE, type NodeTable, type SpanTable } from '../trace/trace.ts';
import type { WarningCounter } from '../trace/warnings.ts';
import type { JsonReader } from './json-reader.ts';

interface FlatNode {
  readonly key: string;
  readonly name: string;
  readonly type: string;
  readonly iteration: number | null;
  readonly json: JsonReader | null;
}

function nodeFrom(json: JsonReader): FlatNode {
  const key = json.at('key').string();
  return {
    key,
    name: json.at('name').optional((r) => r.string()) ?? key,
    type: json.at('type').optional((r) => r.string()) ?? 'unknown',
    iteration: json.at('iteration').optional((r) => r.integer()),
    json,
  };
}

/** The nodes of a file that lists them flat: first their rows, and once the spans are known the finished table. */
export class FlatNodes {
  readonly #nodes: FlatNode[] = [];
  readonly #rows = new Map<string, number>();
  readonly #warnings: WarningCounter;

  constructor(items: readonly JsonReader[], warnings: WarningCounter) {
    this.#warnings = warnings;
    for (const item of items) {
      const node = nodeFrom(item);
      const id = instanceKey(node.key, node.iteration);
      if (this.#rows.has(id)) item.at('key').fail('a key (and iteration) of its own');
      this.#rows.set(id, this.#nodes.length);
      this.#nodes.push(node);
    }
  }

  /** The row of the node that a span names; a node that was not declared is added. */
  rowFor(key: string, iteration: number | null): number {
    const id = instanceKey(key, iteration);
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    this.#warnings.add('unknown_node', `node ${key}`);
    this.#rows.set(id, this.#nodes.length);
    return this.#nodes.push({ key, name: key, type: 'unknown', iteration, json: null }) - 1;
  }

  /** The table. @param spanRows the row of each span id */
  finish(spanRows: ReadonlyMap<string, number>, spans: SpanTable): NodeTable {
    const length = this.#nodes.length;
    const table = {
      length,
      key: this.#nodes.map((node) => node.key),
      name: this.#nodes.map((node) => node.name),
      type: this.#nodes.map((node) => node.type),
      iteration: Int32Array.from(this.#nodes, (node) => node.iteration ?? NONE),
      parent: new Int32Array(length).fill(NONE),
      span: this.#firstSpans(spans),
      status: new Uint8Array(length),
      depOffsets: new Uint32Array(length + 1),
    };
    const deps: number[] = [];
    for (const [row, node] of this.#nodes.entries()) {
      if (node.json !== null) {
        const stated = node.json.at('span');
        if (stated.value !== undefined) table.span[row] = stated.optional((r) => spanRows.get(r.string())) ?? NONE;
        table.parent[row] = node.json.at('parent').optional((r) => this.#resolve(node, r)) ?? NONE;
        for (const dep of node.json.at('dependsOn').optional((r) => r.items()) ?? []) {
          const found = this.#resolve(node, dep);
          if (found !== NONE) deps.push(found);
        }
      }
      table.status[row] = this.#statusOf(node, table.span[row], spans);
      table.depOffsets[row + 1] = deps.length;
    }
    return { ...table, deps: Uint32Array.from(deps) };
  }

  /** The node's own status where it is stated, else that of its span. */
  #statusOf(node: FlatNode, span: number, spans: SpanTable): number {
    const status = node.json?.at('status').optional((r) => r.string()) ?? null;
    if (status === null) return span === NONE ? statusCode('pending') : spans.status[span];
    return isStatus(status) ? statusCode(status) : (node.json?.at('status').fail('a status') ?? NONE);
  }

  /** A key alone means the node of the same iteration first; an object means exactly that instance. */
  #resolve(from: FlatNode, reference: JsonReader): number {
    const isKey = typeof reference.value === 'string';
    const key = isKey ? reference.string() : reference.at('key').string();
    const iteration = isKey ? from.iteration : reference.at('iteration').optional((r) => r.integer());
    const found = this.#rows.get(instanceKey(key, iteration)) ?? (isKey ? this.#rows.get(key) : undefined);
    if (found !== undefined) return found;
    this.#warnings.add('unknown_dependency', `node ${from.key} names ${key}`);
    return NONE;
  }

  /** For each node its first span of kind `node`. */
  #firstSpans(spans: SpanTable): Int32Array {
    const first = new Int32Array(this.#nodes.length).fill(NONE);
    for (let row = spans.length - 1; row >= 0; row--) {
      if (spans.kind[row] === KIND.node && spans.node[row] !== NONE) first[spans.node[row]] = row;
    }
    return first;
  }
}
