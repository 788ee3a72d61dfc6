import { NONE, spanNameAt } from '../../trace/trace.ts';
import { WhatIfError, type WhatIfErrorCode, type WhatIfTarget } from './changes.ts';
import { nearestNames } from './nearest-names.ts';
import type { Structure } from './structure.ts';

/** An error for a name that is not known, with those that may have been meant. */
export function unknownName(
  code: WhatIfErrorCode,
  what: string,
  name: string,
  names: Iterable<string>,
  why = '',
): WhatIfError {
  const near = nearestNames(name, names);
  const hint = near.length > 0 ? `; did you mean ${near.map((one) => `"${one}"`).join(' or ')}?` : why;
  return new WhatIfError(code, `there is no ${what} "${name}"${hint}`, near);
}

/** Finds the elements and tasks that changes name. */
export class Targets {
  readonly #structure: Structure;
  #byKey: ReadonlyMap<string, readonly number[]> | null = null;

  constructor(structure: Structure) {
    this.#structure = structure;
  }

  /** What people call an element: the key of its node, or the name of its span. */
  nameOf(element: number): string {
    const { elements, graph } = this.#structure;
    const { nodes, spans } = graph.trace;
    return elements === 'nodes' ? nodes.key[element] : spanNameAt(spans, element);
  }

  typeOf(element: number): string {
    const { elements, graph } = this.#structure;
    return elements === 'nodes' ? graph.trace.nodes.type[element] : '';
  }

  get names(): Iterable<string> {
    return this.#index().keys();
  }

  /** The elements of a key. @throws {WhatIfError} `unknown_node` */
  ofKey(key: string): readonly number[] {
    const found = this.#index().get(key);
    if (found === undefined) throw unknownName('unknown_node', 'node', key, this.names);
    return found;
  }

  /** The elements that a change is about; null where it names none. @throws {WhatIfError} */
  find({ node, type }: WhatIfTarget): readonly number[] | null {
    if (node !== undefined && type !== undefined) {
      throw new WhatIfError('invalid_change', 'a change names a node or a type, not both');
    }
    if (node !== undefined) return this.ofKey(node);
    if (type === undefined) return null;
    const found: number[] = [];
    for (const elements of this.#index().values()) {
      for (const element of elements) if (this.typeOf(element) === type) found.push(element);
    }
    if (found.length > 0) return found;
    throw unknownName('unknown_type', 'node of type', type, this.types());
  }

  types(): ReadonlySet<string> {
    const { elements, graph } = this.#structure;
    return new Set(elements === 'nodes' ? graph.trace.nodes.type : []);
  }

  /** 1 for each element that is one of some, or inside one of them. */
  within(elements: readonly number[]): Uint8Array {
    const { parentOf } = this.#structure;
    const state = new Int8Array(parentOf.length).fill(-1);
    for (const element of elements) state[element] = 1;
    const way: number[] = [];
    for (let element = 0; element < state.length; element++) {
      let at = element;
      while (at !== NONE && state[at] === -1) {
        way.push(at);
        at = parentOf[at];
      }
      const found = at === NONE ? 0 : state[at];
      for (const one of way) state[one] = found;
      way.length = 0;
    }
    return Uint8Array.from(state);
  }

  /** The tasks of some elements, or inside them; of all where there are none named. */
  tasksOf(elements: readonly number[] | null): number[] {
    const { taskCount, elementOf } = this.#structure;
    const inside = elements === null ? null : this.within(elements);
    const tasks: number[] = [];
    for (let task = 0; task < taskCount; task++) {
      if (inside === null || inside[elementOf[task]] === 1) tasks.push(task);
    }
    return tasks;
  }

  #index(): ReadonlyMap<string, readonly number[]> {
    if (this.#byKey !== null) return this.#byKey;
    const byKey = new Map<string, number[]>();
    const count = this.#structure.parentOf.length;
    for (let element = 0; element < count; element++) {
      const name = this.nameOf(element);
      const known = byKey.get(name);
      if (known === undefined) byKey.set(name, [element]);
      else known.push(element);
    }
    this.#byKey = byKey;
    return byKey;
  }
}
