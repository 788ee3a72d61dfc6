import type { PlacedExpression } from '../expressions/value.ts';
import type { WorkflowDefinition } from '../file/definition.ts';
import type { Problem } from '../file/issues.ts';
import { suggestion } from '../file/nearest.ts';
import { pathFrom, type PathLink } from '../file/read.ts';
import type { FlatNode } from './flatten.ts';
import { Reach } from './order.ts';

const NO_NODES: readonly number[] = [];

/** Checks that every name which an expression reads is there by the time its node runs. */
export class ReferenceChecker {
  readonly problems: Problem[] = [];
  readonly #definition: WorkflowDefinition;
  readonly #flat: readonly FlatNode[];
  readonly #byId: ReadonlyMap<string, number>;
  readonly #ids: readonly string[];
  /** What has ended once a node starts, and of which one that is known. */
  readonly #ended: Reach;
  #endedOf: number | null = null;

  constructor(definition: WorkflowDefinition, flat: readonly FlatNode[], byId: ReadonlyMap<string, number>) {
    this.#definition = definition;
    this.#flat = flat;
    this.#byId = byId;
    this.#ids = [...byId.keys()];
    // Once a node has ended, so has what it waited for, and all that is in it.
    this.#ended = new Reach(flat.length, (node) => [
      flat[node]?.dependencies ?? NO_NODES,
      flat[node]?.children ?? NO_NODES,
    ]);
  }

  /** @param reader the position of the node that the expression is of; null for the output of the workflow */
  check(placed: PlacedExpression, at: PathLink | null, reader: number | null): void {
    const { references, variables } = placed.expression;
    for (const { name, offset } of variables) {
      if (name !== 'item' && name !== 'index') continue;
      if (this.#loopsAround(reader).length > 0) continue;
      this.#report(`"${name}" is known inside a foreach only`, placed, at, offset);
    }
    for (const { variable, field, offset } of references) {
      const message = this.#faultOf(variable, field, reader);
      if (message !== null) this.#report(message, placed, at, offset);
    }
  }

  #report(message: string, placed: PlacedExpression, at: PathLink | null, offset: number): void {
    const path = pathFrom(at, ...placed.path);
    this.problems.push({ code: 'unknown_reference', message, path, offset: placed.offset + offset });
  }

  /** The ids of the loops that a node is in, innermost first. */
  #loopsAround(reader: number | null): string[] {
    const loops: string[] = [];
    for (let at = this.#flat[reader ?? -1]?.loop ?? -1; at >= 0; at = this.#flat[at]?.loop ?? -1) {
      loops.push(this.#flat[at]?.definition.id ?? '');
    }
    return loops;
  }

  #faultOf(variable: string, field: string, reader: number | null): string | null {
    const { inputs, services } = this.#definition;
    if (variable === 'input' && inputs && !Object.hasOwn(inputs, field)) {
      return `the workflow declares no input "${field}"${suggestion(field, Object.keys(inputs))}`;
    }
    if (variable === 'services' && services && !services.includes(field)) {
      return `the workflow does not ask for a service "${field}"${suggestion(field, services)}`;
    }
    if (variable === 'run' && field !== 'id' && field !== 'startedAt')
      return `run has no "${field}"; it has id, startedAt`;
    if (variable === 'loops') {
      const loops = this.#loopsAround(reader);
      return loops.includes(field) ? null : `this is not inside a foreach "${field}"${suggestion(field, loops)}`;
    }
    return variable === 'nodes' ? this.#faultOfNode(field, reader) : null;
  }

  #faultOfNode(field: string, reader: number | null): string | null {
    const wanted = this.#byId.get(field);
    if (wanted === undefined) {
      const hyphen = this.#ids.find((id) => id.includes('-') && id.startsWith(`${field}-`));
      const hint = hyphen === undefined ? suggestion(field, this.#ids) : `; write nodes["${hyphen}"]`;
      return `there is no node "${field}"${hint}`;
    }
    const loop = this.#flat[wanted]?.loop ?? -1;
    if (!this.#isInside(reader, loop)) {
      const id = this.#flat[loop]?.definition.id ?? '';
      return `"${field}" is inside the foreach "${id}" and runs once an item; read nodes.${id}.output, the list of its outputs`;
    }
    if (reader === null || this.#hasEnded(wanted, reader)) return null;
    const id = this.#flat[reader]?.definition.id ?? '';
    return `"${id}" reads nodes.${field} but does not depend on it; add "${field}" to its dependsOn`;
  }

  /** Whether a node has ended by the time another starts. */
  #hasEnded(wanted: number, reader: number): boolean {
    if (this.#endedOf !== reader) this.#ended.from(this.#endedBefore(reader));
    this.#endedOf = reader;
    return this.#ended.has(wanted);
  }

  /** Whether a node is in the body of a foreach, to any depth. */
  #isInside(reader: number | null, loop: number): boolean {
    if (loop < 0) return true;
    for (let at = this.#flat[reader ?? -1]?.loop ?? -1; at >= 0; at = this.#flat[at]?.loop ?? -1) {
      if (at === loop) return true;
    }
    return false;
  }

  /** What a node waits for by itself: its own dependencies and those of all that it is in. */
  *#endedBefore(reader: number): Iterable<number> {
    for (let at = reader; at >= 0; at = this.#flat[at]?.parent ?? -1) yield* this.#flat[at]?.dependencies ?? [];
  }
}
