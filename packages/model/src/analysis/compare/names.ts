import type { Alignment, Presence } from './align.ts';
import type { DifferencePart } from './attribution.ts';
import type { AccountColumns } from '../node-accounts.ts';
import type { Side } from './side.ts';
import { betweenPhrase, causePhrase, presencePhrase, quoted, shiftPhrase } from './words.ts';

function keysOf({ analysis }: Side): ReadonlySet<string> {
  return new Set(analysis.graph.trace.nodes.key);
}

/** How the nodes of a comparison are called. */
export class Names {
  readonly #before: Side;
  readonly #after: Side;
  readonly #alignment: Alignment;
  /** The keys of all nodes, whether or not they ran. */
  #keys: readonly [ReadonlySet<string>, ReadonlySet<string>] | null = null;

  constructor(before: Side, after: Side, alignment: Alignment) {
    this.#before = before;
    this.#after = after;
    this.#alignment = alignment;
  }

  /** The key after, where it has two. */
  idOf(pair: number): string {
    return this.#columnsOf(pair, ({ id }) => id);
  }

  nameOf(pair: number): string {
    return this.#columnsOf(pair, ({ name }) => name);
  }

  /** The key before, where it is another one. */
  idBeforeOf(pair: number): string | null {
    const { before, after } = this.#alignment.pairs[pair];
    if (before === null || after === null) return null;
    const id = this.#before.accounts.id[before];
    return id === this.#after.accounts.id[after] ? null : id;
  }

  /** Null of spans that belong to no node. */
  typeOf(pair: number): string | null {
    return this.#columnsOf(pair, ({ type }) => type);
  }

  presenceOf(pair: number): Presence {
    const { before, after } = this.#alignment.pairs[pair];
    if (before !== null && after !== null) return 'both';
    const [keysBefore, keysAfter] = (this.#keys ??= [keysOf(this.#before), keysOf(this.#after)]);
    if (before === null) return keysBefore.has(this.idOf(pair)) ? 'not_run_before' : 'new';
    return keysAfter.has(this.idOf(pair)) ? 'not_run_after' : 'removed';
  }

  #columnsOf<T>(pair: number, column: (accounts: AccountColumns) => readonly T[]): T {
    const { before, after } = this.#alignment.pairs[pair];
    return after === null ? column(this.#before.accounts)[before ?? 0] : column(this.#after.accounts)[after];
  }

  /** A part of a difference in words. */
  textOf(part: DifferencePart): string {
    if (part.kind === 'between') return betweenPhrase(part.cause);
    if (part.kind === 'path_shift') return shiftPhrase(this.#namesOf(part.left), this.#namesOf(part.came), part.told);
    const phrase =
      presencePhrase(this.presenceOf(part.pair)) ?? causePhrase(part.cause, part.after - part.before, part.reason);
    return `${quoted(this.nameOf(part.pair))} ${phrase}`;
  }

  #namesOf(pairs: readonly number[]): string[] {
    return pairs.map((pair) => this.nameOf(pair));
  }
}
