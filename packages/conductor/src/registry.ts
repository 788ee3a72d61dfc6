import type { RegisteredType } from './node-type.ts';
import { CONTROL_TYPES } from './nodes/control.ts';

const CONTROL_NAMES = CONTROL_TYPES.map(([name]) => name);

/** The node types that workflows of a conductor can use, by name. Those that the engine itself runs are not in it. */
export class Registry {
  readonly #types: Map<string, RegisteredType>;
  readonly #otherwise: RegisteredType | undefined;

  /** @param otherwise what names stand for that are not in it; without it, for nothing */
  constructor(types: Iterable<readonly [string, RegisteredType]>, otherwise?: RegisteredType) {
    this.#types = new Map(types);
    this.#otherwise = otherwise;
  }

  /** @throws {RangeError} when the name is taken or not a name */
  register(name: string, type: RegisteredType): void {
    if (!/^[a-z][a-z0-9_.-]{0,99}$/.test(name)) throw new RangeError(`"${name}" is no name for a node type`);
    if (CONTROL_NAMES.includes(name) || this.#types.has(name))
      throw new RangeError(`there is a node type "${name}" already`);
    this.#types.set(name, type);
  }

  get(name: string): RegisteredType | undefined {
    return this.#types.get(name) ?? this.#otherwise;
  }

  names(): string[] {
    return [...this.#types.keys(), ...CONTROL_NAMES];
  }
}
