import type { Message } from './channel.ts';
import { readMessage } from './frames.ts';

/** What a piece of a message counts for besides its bytes, so that many tiny ones do not come cheaper than they are. */
const PIECE_OVERHEAD = 256;

export type Received = Message | 'incomplete' | 'too_large' | 'malformed';

interface Incomplete {
  readonly pieces: Uint8Array[];
  bytes: number;
}

/** Puts messages together from their pieces, lane by lane. */
export class Receiver {
  readonly #maxBytes: number;
  readonly #lanes = new Map<number, Incomplete>();
  #bytes = 0;

  /** @param maxBytes of all messages that are not whole yet, together */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  take(lane: number, piece: Uint8Array, isLast: boolean): Received {
    const counted = piece.length + PIECE_OVERHEAD;
    if (this.#bytes + counted > this.#maxBytes) return 'too_large';
    const incomplete = this.#lanes.get(lane);
    if (isLast) {
      this.#lanes.delete(lane);
      this.#bytes -= incomplete?.bytes ?? 0;
      return readMessage([...(incomplete?.pieces ?? []), piece]) ?? 'malformed';
    }
    if (incomplete === undefined) this.#lanes.set(lane, { pieces: [piece], bytes: counted });
    else {
      incomplete.pieces.push(piece);
      incomplete.bytes += counted;
    }
    this.#bytes += counted;
    return 'incomplete';
  }
}
