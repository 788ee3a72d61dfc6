import type { RegisteredType } from '../node-type.ts';
import { Registry } from '../registry.ts';
import { builtIn } from './registered.ts';
import { command } from './command.ts';
import { delay } from './delay.ts';
import { fail } from './fail.ts';
import { http } from './http.ts';
import { transform } from './transform.ts';

/** The node types that every conductor knows. A new one is a file beside this one and a line here. */
export const BUILT_IN: readonly (readonly [string, RegisteredType])[] = [
  ['http', builtIn(http)],
  ['command', builtIn(command)],
  ['transform', builtIn(transform)],
  ['delay', builtIn(delay)],
  ['fail', builtIn(fail)],
];

/** A registry with them. */
export function builtInTypes(): Registry {
  return new Registry(BUILT_IN);
}
