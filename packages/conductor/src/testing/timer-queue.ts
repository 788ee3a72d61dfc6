/** Something that is to happen at a time. */
export interface Timer {
  /** Microseconds since the start. */
  readonly at: number;
  /** Timers of the same time fire in this order. */
  readonly order: number;
  readonly fire: () => void;
  /** Whether it will never fire; it leaves the queue when its turn comes, or with many others. */
  cancelled: boolean;
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Timers as a heap: setting, taking and cancelling one takes logarithmic time. */
export class TimerQueue {
  #heap: Timer[] = [];
  #cancelled = 0;

  add(timer: Timer): void {
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
  }

  cancel(timer: Timer): void {
    if (timer.cancelled) return;
    timer.cancelled = true;
    this.#cancelled++;
    if (this.#cancelled < 64 || this.#cancelled * 2 < this.#heap.length) return;
    // Sorted timers are a heap.
    this.#heap = this.#heap.filter((other) => !other.cancelled).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#cancelled = 0;
  }

  /** Takes out the timer whose turn is next; undefined when there is none. */
  next(): Timer | undefined {
    for (;;) {
      const first = this.#pop();
      if (first === undefined || !first.cancelled) return first;
      this.#cancelled--;
    }
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      let below = heap[down];
      if (below === undefined) break;
      const right = heap[down + 1];
      if (right !== undefined && isBefore(right, below)) {
        below = right;
        down++;
      }
      if (isBefore(last, below)) break;
      heap[at] = below;
      at = down;
    }
    heap[at] = last;
    return first;
  }

  #up(from: number): void {
    const heap = this.#heap;
    const timer = heap[from];
    if (timer === undefined) return;
    let at = from;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = heap[up];
      if (above === undefined || isBefore(above, timer)) break;
      heap[at] = above;
      at = up;
    }
    heap[at] = timer;
  }
}
