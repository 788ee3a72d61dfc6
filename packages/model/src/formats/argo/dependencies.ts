import type { ArgoNode } from './places.ts';
import { dependenciesIn, type Templates } from './templates.ts';

/** Containers in containers deeper than this are not climbed out of. */
const DEEPEST = 1000;

/** What the name of an exit handler has behind that of what it waits for. */
const EXIT = '.onExit';

/** The number at the end of a name: `[2]` or `(2)`. */
function numberOf(name: string): number {
  return Number(/[[(](\d+)[\])]$/.exec(name)?.[1] ?? -1);
}

/**
 * What each node waits for. Tasks of a DAG and containers of a set wait for what their template says, step groups for the
 * one before, the tries of a retry for the one before; where the template is not in the file, a node waits for those whose
 * child it is. An exit handler waits for what it handles.
 */
export class Dependencies {
  readonly #nodes: ReadonlyMap<string, ArgoNode>;
  readonly #around: ReadonlyMap<string, ArgoNode>;
  readonly #byName = new Map<string, ArgoNode>();
  readonly #waits = new Map<string, Set<string>>();

  constructor(nodes: ReadonlyMap<string, ArgoNode>, around: ReadonlyMap<string, ArgoNode>, templates: Templates) {
    this.#nodes = nodes;
    this.#around = around;
    for (const node of nodes.values()) this.#byName.set(node.name, node);
    const inside = new Map<ArgoNode, ArgoNode[]>();
    for (const [id, container] of around) {
      const node = nodes.get(id);
      const known = inside.get(container);
      if (node === undefined) continue;
      if (known === undefined) inside.set(container, [node]);
      else known.push(node);
    }
    const untold = new Set<ArgoNode | undefined>([undefined]);
    for (const [container, members] of inside) {
      if (!this.#tell(container, members, templates)) untold.add(container);
    }
    this.#byEdges(untold);
    for (const node of nodes.values())
      if (node.name.endsWith(EXIT)) this.#add(node, this.#byName.get(node.name.slice(0, -EXIT.length)));
  }

  /** The ids of the nodes that a node waits for. */
  of(id: string): readonly string[] {
    return [...(this.#waits.get(id) ?? [])];
  }

  #add(node: ArgoNode, on: ArgoNode | undefined): void {
    if (on === undefined || on === node) return;
    const known = this.#waits.get(node.id);
    if (known === undefined) this.#waits.set(node.id, new Set([on.id]));
    else known.add(on.id);
  }

  /** Whether it is known what the members of a container wait for. */
  #tell(container: ArgoNode, members: readonly ArgoNode[], templates: Templates): boolean {
    switch (container.type) {
      case 'TaskGroup':
      case 'StepGroup':
        return true;
      case 'Steps':
        for (const node of members) this.#add(node, this.#byName.get(`${container.name}[${numberOf(node.name) - 1}]`));
        return true;
      case 'Retry': {
        const tries = members
          .filter((node) => numberOf(node.name) >= 0)
          .sort((a, b) => numberOf(a.name) - numberOf(b.name));
        for (const [i, node] of tries.entries()) this.#add(node, tries[i - 1]);
        return true;
      }
      default: {
        const waits = dependenciesIn(templates.of(container));
        if (waits === null) return false;
        for (const node of members) {
          const task = node.name.slice(container.name.length + 1);
          for (const name of waits.get(task) ?? []) this.#add(node, this.#byName.get(`${container.name}.${name}`));
        }
        return true;
      }
    }
  }

  /** By the edges from node to node, for what is in containers of which nothing else is told. */
  #byEdges(untold: ReadonlySet<ArgoNode | undefined>): void {
    for (const node of this.#nodes.values()) {
      for (const id of node.children) {
        const child = this.#nodes.get(id);
        const container = this.#around.get(id);
        if (child === undefined || !untold.has(container)) continue;
        this.#add(child, this.#siblingOf(node, container));
      }
    }
  }

  /** The node itself, or what contains it, that stands in a container; undefined where none does. */
  #siblingOf(node: ArgoNode, container: ArgoNode | undefined): ArgoNode | undefined {
    let at: ArgoNode | undefined = node;
    for (let depth = 0; at !== undefined && depth < DEEPEST; depth++) {
      if (at === container) return undefined;
      const above: ArgoNode | undefined = this.#around.get(at.id);
      if (above === container) return at;
      at = above;
    }
    return undefined;
  }
}
