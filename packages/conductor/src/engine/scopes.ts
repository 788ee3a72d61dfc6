import { isJsonObject, type EpochMicros, type JsonObject, type JsonValue } from '@flowprof/model';
import type { CelInput } from '@bufbuild/cel';
import type { Scope } from '../expressions/cel.ts';
import { fromJson, nodesView, type NodeLookup } from '../expressions/json-input.ts';
import type { Body } from '../graph/graph.ts';
import type { Scoped } from './frame.ts';
import type { Instances } from './instances.ts';

/** What expressions read that is the same everywhere in a run. */
interface Everywhere {
  readonly services: CelInput;
  readonly run: CelInput;
}

/** An item of a loop. */
interface LoopItem {
  readonly id: string;
  readonly item: JsonValue;
  readonly index: number;
}

const NO_LOOPS: JsonObject = {};

/** Makes the scopes in which the expressions of a run are evaluated. */
export class Scopes {
  readonly #instances: Instances;
  readonly #everywhere: Everywhere;

  constructor(instances: Instances, executionId: string, startedAt: EpochMicros, services: JsonObject) {
    this.#instances = instances;
    const run = { id: executionId, startedAt: new Date(startedAt / 1000).toISOString() };
    this.#everywhere = { services: fromJson(services), run: fromJson(run) };
  }

  /** That of a workflow: its input and its own nodes. */
  workflow(body: Body, base: number, input: JsonObject): Scoped {
    const nodes = this.#lookup(body, base, null);
    const scope: Scope = {
      ...this.#everywhere,
      input: fromJson(input),
      nodes: nodesView(nodes),
      item: null,
      index: null,
      loops: fromJson(NO_LOOPS),
    };
    return { scope, nodes, loops: NO_LOOPS };
  }

  /** That of an item of a loop: what is around the loop, and the item. */
  item(around: Scoped, body: Body, base: number, { id, item, index }: LoopItem): Scoped {
    const nodes = this.#lookup(body, base, around.nodes);
    const loops: JsonObject = { ...around.loops, [id]: { item, index } };
    const scope: Scope = {
      ...around.scope,
      nodes: nodesView(nodes),
      item: fromJson(item),
      index,
      loops: fromJson(loops),
    };
    return { scope, nodes, loops };
  }

  /** That of what is around a part of a loop. The items of the loop are set in it. */
  around(input: JsonObject, known: JsonObject, loops: JsonObject): Scoped {
    const nodes: NodeLookup = {
      get: (id) => {
        const found = Object.hasOwn(known, id) ? known[id] : undefined;
        return isJsonObject(found) ? found : undefined;
      },
      ids: () => Object.keys(known),
    };
    const scope: Scope = {
      ...this.#everywhere,
      input: fromJson(input),
      nodes: nodesView(nodes),
      item: null,
      index: null,
      loops: fromJson(loops),
    };
    return { scope, nodes, loops };
  }

  #lookup(body: Body, base: number, around: NodeLookup | null): NodeLookup {
    const instances = this.#instances;
    return {
      get: (id) => {
        const position = body.positions.get(id);
        if (position === undefined) return around?.get(id);
        const index = base + position;
        if (!instances.hasEnded(index)) return undefined;
        return { status: instances.statusOf(index), output: instances.output[index] ?? null };
      },
      *ids() {
        yield* body.positions.keys();
        if (around !== null) yield* around.ids();
      },
    };
  }
}
