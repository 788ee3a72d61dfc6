const BYTEA = 17;
const HEAD_BYTES = 20;

/**
 * Byte strings as one parameter of type `bytea[]` in PostgreSQL's binary form (`array_recv`), which is half as long as
 * its text and needs no parsing: the number of dimensions, whether there are nulls, the type of the items, their number
 * and the first index, then every item after its length.
 */
export function byteaArray(items: readonly Uint8Array[]): Buffer {
  const into = Buffer.allocUnsafe(items.reduce((sum, item) => sum + 4 + item.byteLength, HEAD_BYTES));
  let at = 0;
  for (const field of [1, 0, BYTEA, items.length, 1]) at = into.writeInt32BE(field, at);
  for (const item of items) {
    at = into.writeInt32BE(item.byteLength, at);
    into.set(item, at);
    at += item.byteLength;
  }
  return into;
}
