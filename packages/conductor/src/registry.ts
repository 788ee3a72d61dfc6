import type { RegisteredType } from './node-type.ts';
import { CONTROL_TYPES } from './nodes/control.ts';
import { BUILT_IN } from './nodes/index.ts';

const CONTROL_NAMES = CONTROL_TYPES.map(([name]) => name);

/** The node types that workflows of a conductor can use, by name. Those that the engine itself runs are not in it. */
export class Registry {
  readonly #types = new Map<string, RegisteredType>(BUILT_IN);

  /** @throws {RangeError} when the name is taken or not a name */
  register(name: string, type: RegisteredType): void {
    if (!/^[a-z][a-z0-9_.-]{0,99}$/.test(name)) throw new RangeError(`"${name}" is no name for a node type`);
    if (CONTROL_NAMES.includes(name) || this.#types.has(name))
      throw new RangeError(`there is a node type "${name}" already`);
    this.#types.set(name, type);
  }

  get(name: string): RegisteredType | undefined {
    return this.#types.get(name);
  }

  names(): string[] {
    return [...this.#types.keys(), ...CONTROL_NAMES];
  }
}
