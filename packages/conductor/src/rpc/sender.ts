import type { Message } from './channel.ts';
import { OutgoingMessage, WINDOW_BYTES } from './frames.ts';

/** Messages on their way out: cut into frames, lane by lane in turn, as far as the other side has room. */
export class Sender {
  #room = WINDOW_BYTES;
  #waiting = 0;
  /** The order of the map is the order in which the lanes take turns. */
  readonly #lanes = new Map<number, OutgoingMessage[]>();

  /** How many messages have not been sent to their end. */
  get waiting(): number {
    return this.#waiting;
  }

  add(lane: number, message: Message): void {
    const outgoing = new OutgoingMessage(lane, message);
    const queue = this.#lanes.get(lane);
    if (queue === undefined) this.#lanes.set(lane, [outgoing]);
    else queue.push(outgoing);
    this.#waiting++;
  }

  /** The other side has taken so many bytes. False when it never got as many. */
  give(bytes: number): boolean {
    this.#room += bytes;
    return this.#room <= WINDOW_BYTES;
  }

  /** The next frame; null when there is none or no room for it. */
  next(): Uint8Array<ArrayBuffer> | null {
    for (const [lane, queue] of this.#lanes) {
      const [message] = queue;
      if (message === undefined || message.nextLength > this.#room) return null;
      const frame = message.next();
      this.#room -= frame.length;
      if (message.isDone) {
        queue.shift();
        this.#waiting--;
      }
      this.#lanes.delete(lane);
      if (queue.length > 0) this.#lanes.set(lane, queue);
      return frame;
    }
    return null;
  }

  clear(): void {
    this.#lanes.clear();
    this.#waiting = 0;
  }
}
