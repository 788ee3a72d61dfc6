import type { PriceTable } from '@flowprof/model';
import { Fields } from '../api/fields.ts';

/** A line of prices as somebody types it; an empty text is none. The amounts are in the order of the columns. */
export interface PriceLine {
  readonly name: string;
  readonly amounts: readonly string[];
}

/** What the amounts of a line are, in their order, by the names of the API. */
const RUNTIME_FIELDS = ['per_hour', 'per_second', 'per_run'] as const;
const MODEL_FIELDS = ['input_per_million', 'output_per_million', 'cached_input_per_million'] as const;

/** A price list while it is edited. */
export interface PricesDraft {
  readonly currency: string;
  readonly types: readonly PriceLine[];
  readonly models: readonly PriceLine[];
  /** What all other types cost; without a name. */
  readonly others: PriceLine;
}

export const EMPTY_LINE: PriceLine = { name: '', amounts: ['', '', ''] };

type RuntimePrice = NonNullable<PriceTable['default']>;
type ModelPrice = PriceTable['models'][string];

function optional<K extends string>(name: K, value: number | null | undefined): Partial<Record<K, number>> {
  const entry: Partial<Record<K, number>> = {};
  if (value !== null && value !== undefined) entry[name] = value;
  return entry;
}

function readRuntime(fields: Fields): RuntimePrice {
  return {
    ...optional('per_hour', fields.optionalNumber('per_hour')),
    ...optional('per_second', fields.optionalNumber('per_second')),
    ...optional('per_run', fields.optionalNumber('per_run')),
  };
}

function readModel(fields: Fields): ModelPrice {
  return {
    ...optional('input_per_million', fields.optionalNumber('input_per_million')),
    ...optional('output_per_million', fields.optionalNumber('output_per_million')),
    ...optional('cached_input_per_million', fields.optionalNumber('cached_input_per_million')),
  };
}

function readNamed<T>(fields: Fields, name: string, read: (fields: Fields) => T): Record<string, T> {
  const entries = Object.entries(fields.record(name)).map(([key, value]): [string, T] => [
    key,
    read(new Fields(value, `/prices/${name}/${key}`)),
  ]);
  return Object.fromEntries(entries);
}

/** The price list of an answer; null where there is none. */
export function readPrices(answer: Fields): PriceTable | null {
  if (answer.any('prices') === null) return null;
  const fields = answer.object('prices');
  return {
    currency: fields.string('currency'),
    node_types: readNamed(fields, 'node_types', readRuntime),
    models: readNamed(fields, 'models', readModel),
    ...(fields.any('default') !== null && { default: readRuntime(fields.object('default')) }),
  };
}

function lineOf(name: string, amounts: readonly (number | undefined)[]): PriceLine {
  return { name, amounts: amounts.map((amount) => (amount === undefined ? '' : String(amount))) };
}

function runtimeLine(name: string, price: RuntimePrice | undefined): PriceLine {
  return lineOf(
    name,
    RUNTIME_FIELDS.map((field) => price?.[field]),
  );
}

function modelLine(name: string, price: ModelPrice): PriceLine {
  return lineOf(
    name,
    MODEL_FIELDS.map((field) => price[field]),
  );
}

/** A price list to edit; one with a line for everything where there is none yet. */
export function draftOf(prices: PriceTable | null): PricesDraft {
  if (prices === null) return { currency: 'EUR', types: [EMPTY_LINE], models: [EMPTY_LINE], others: EMPTY_LINE };
  return {
    currency: prices.currency,
    types: Object.entries(prices.node_types).map(([name, price]) => runtimeLine(name, price)),
    models: Object.entries(prices.models).map(([name, price]) => modelLine(name, price)),
    others: runtimeLine('', prices.default),
  };
}

/** What is wrong, by where: `currency`, `type 0`, `model 2`, `others`. */
export type PriceProblems = ReadonlyMap<string, string>;

const MOST = 1e12;

/** A price that was typed: null is none. A comma does as a point. */
function amountOf(typed: string): number | null | 'wrong' {
  const trimmed = typed.trim().replace(',', '.');
  if (trimmed === '') return null;
  const value = Number(trimmed);
  return Number.isFinite(value) && value >= 0 && value <= MOST ? value : 'wrong';
}

/** Reads lines into prices by name, and says what is wrong with which. A line without anything in it is passed over. */
class LineReader {
  readonly problems = new Map<string, string>();

  /** The prices of a line; null where it has none or is wrong. */
  amounts(where: string, line: PriceLine, fields: readonly string[]): Record<string, number> | null {
    const found: Record<string, number> = {};
    for (const [at, field] of fields.entries()) {
      const amount = amountOf(line.amounts[at] ?? '');
      if (amount === 'wrong') this.problems.set(where, 'Expected prices from 0 on, as in 0.25');
      else if (amount !== null) found[field] = amount;
    }
    if ('per_hour' in found && 'per_second' in found) {
      this.problems.set(where, 'Give a price an hour or a second, not both');
    }
    return this.problems.has(where) || Object.keys(found).length === 0 ? null : found;
  }

  named(of: string, lines: readonly PriceLine[], fields: readonly string[]): Record<string, Record<string, number>> {
    const found = new Map<string, Record<string, number>>();
    for (const [at, line] of lines.entries()) {
      const where = `${of} ${at}`;
      const name = line.name.trim();
      const amounts = this.amounts(where, line, fields);
      if (this.problems.has(where) || (name === '' && amounts === null)) continue;
      if (name === '') this.problems.set(where, 'Expected a name');
      else if (amounts === null) this.problems.set(where, 'Expected at least one price');
      else if (found.has(name)) this.problems.set(where, `${name} is in the list already`);
      else found.set(name, amounts);
    }
    return Object.fromEntries(found);
  }
}

/** The price list that was typed, or what is wrong with it. */
export function tableOf(draft: PricesDraft): PriceTable | PriceProblems {
  const reader = new LineReader();
  const nodeTypes = reader.named('type', draft.types, RUNTIME_FIELDS);
  const models = reader.named('model', draft.models, MODEL_FIELDS);
  const others = reader.amounts('others', draft.others, RUNTIME_FIELDS);
  const currency = draft.currency.trim().toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) reader.problems.set('currency', 'Expected three letters, as in EUR');
  if (reader.problems.size > 0) return reader.problems;
  return { currency, node_types: nodeTypes, models, ...(others !== null && { default: others }) };
}

export function areProblems(result: PriceTable | PriceProblems): result is PriceProblems {
  return result instanceof Map;
}
