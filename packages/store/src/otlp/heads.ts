/** What is known of a trace in a segment without reading the segment. */
export interface TraceHead {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly spanCount: number;
  /** Whether among them is one that names no parent and has ended. */
  readonly rootEnded: boolean;
}

const ROOT_ENDED = 1;

const ID_BYTES = 16;
const COUNT_AT = ID_BYTES;
const FLAGS_AT = COUNT_AT + 4;
/** How many bytes a head takes. */
export const HEAD_BYTES = FLAGS_AT + 1;

/** Heads as they are kept beside a segment: 16 bytes of id, 4 of the number of spans, the highest first, 1 of flags. */
export function writeHeads(heads: readonly TraceHead[]): Uint8Array {
  const into = Buffer.allocUnsafe(heads.length * HEAD_BYTES);
  for (const [i, { traceId, spanCount, rootEnded }] of heads.entries()) {
    const at = i * HEAD_BYTES;
    into.write(traceId, at, ID_BYTES, 'hex');
    into.writeUInt32BE(spanCount, at + COUNT_AT);
    into.writeUInt8(rootEnded ? ROOT_ENDED : 0, at + FLAGS_AT);
  }
  return into;
}

/** Reads what `writeHeads` wrote. */
export function readHeads(bytes: Uint8Array): TraceHead[] {
  const from = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const heads: TraceHead[] = [];
  for (let at = 0; at + HEAD_BYTES <= from.length; at += HEAD_BYTES) {
    heads.push({
      traceId: from.toString('hex', at, at + ID_BYTES),
      spanCount: from.readUInt32BE(at + COUNT_AT),
      rootEnded: (from.readUInt8(at + FLAGS_AT) & ROOT_ENDED) !== 0,
    });
  }
  return heads;
}
