const HEAD_BYTES = 20;

/** Types by their numbers in `pg_type`. */
const TYPES = { bytea: 17, bigint: 20, integer: 23, text: 25, uuid: 2950 } as const;

/**
 * An array as one parameter in PostgreSQL's binary form (`array_recv`), which needs no escaping and, of byte strings,
 * half the space of its text: the number of dimensions, whether there are nulls, the type of the items, their number and
 * the first index, then every item after its length, which is -1 for a null.
 */
function binaryArray(type: keyof typeof TYPES, items: readonly (Uint8Array | null)[]): Buffer {
  const into = Buffer.allocUnsafe(items.reduce((sum, item) => sum + 4 + (item?.byteLength ?? 0), HEAD_BYTES));
  const hasNulls = items.includes(null) ? 1 : 0;
  let at = 0;
  for (const field of [1, hasNulls, TYPES[type], items.length, 1]) at = into.writeInt32BE(field, at);
  for (const item of items) {
    at = into.writeInt32BE(item?.byteLength ?? -1, at);
    if (item === null) continue;
    into.set(item, at);
    at += item.byteLength;
  }
  return into;
}

/** A parameter of type `bytea[]`. */
export function byteaArray(items: readonly Uint8Array[]): Buffer {
  return binaryArray('bytea', items);
}

/** A parameter of type `text[]`. */
export function textArray(items: readonly (string | null)[]): Buffer {
  return binaryArray(
    'text',
    items.map((item) => (item === null ? null : Buffer.from(item))),
  );
}

/** A parameter of type `uuid[]`, of canonical UUIDs. */
export function uuidArray(items: readonly string[]): Buffer {
  return binaryArray(
    'uuid',
    items.map((item) => Buffer.from(item.replaceAll('-', ''), 'hex')),
  );
}

/** A parameter of type `integer[]`. @throws {RangeError} when one does not fit */
export function integerArray(items: readonly (number | null)[]): Buffer {
  return numberArray('integer', 4, items, (into, item) => into.writeInt32BE(item));
}

/** A parameter of type `bigint[]`, of whole numbers. @throws {RangeError} when one is none */
export function bigintArray(items: readonly (number | null)[]): Buffer {
  return numberArray('bigint', 8, items, (into, item) => into.writeBigInt64BE(BigInt(item)));
}

function numberArray(
  type: 'integer' | 'bigint',
  bytes: number,
  items: readonly (number | null)[],
  write: (into: Buffer, item: number) => void,
): Buffer {
  const values = Buffer.allocUnsafe(items.length * bytes);
  return binaryArray(
    type,
    items.map((item, at) => {
      if (item === null) return null;
      const into = values.subarray(at * bytes, (at + 1) * bytes);
      write(into, item);
      return into;
    }),
  );
}
