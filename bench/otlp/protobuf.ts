/** Writes protobuf messages (https://protobuf.dev/programming-guides/encoding): as much as requests of spans need. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.byteLength);
    return this.#add(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  message(field: number, write: (into: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }

  number(field: number, value: number): this {
    this.#varint(field << 3);
    return this.#varint(value);
  }

  fixed64(field: number, value: bigint): this {
    this.#varint((field << 3) | 1);
    const eight = Buffer.alloc(8);
    eight.writeBigUInt64LE(value);
    return this.#add(eight);
  }

  finish(): Buffer<ArrayBuffer> {
    return Buffer.concat(this.#parts);
  }

  #varint(value: number): this {
    const bytes: number[] = [];
    let left = value;
    while (left >= 128) {
      bytes.push((left % 128) | 128);
      left = Math.floor(left / 128);
    }
    bytes.push(left);
    return this.#add(Uint8Array.from(bytes));
  }

  #add(part: Uint8Array): this {
    this.#parts.push(part);
    this.length += part.byteLength;
    return this;
  }
}
