/**
 * Gives intervals that come in the order of their start the lowest lane that is free, so that no two in a lane overlap
 * and an interval never changes its lane because of a later one. O(log k) an interval with k lanes in use: a heap of
 * lanes in use by their end, and one of free lanes by their number.
 */
export class LanePacker {
  /** How many lanes were used since `reset`. */
  lanes = 0;
  #busyEnd = new Float64Array(16);
  #busyLane = new Uint32Array(16);
  #busy = 0;
  #freeLane = new Uint32Array(16);
  #free = 0;

  reset(): void {
    this.lanes = 0;
    this.#busy = 0;
    this.#free = 0;
  }

  /** The lane of an interval. An interval may begin where another one in its lane ends. */
  place(start: number, end: number): number {
    while (this.#busy > 0 && this.#busyEnd[0] <= start) this.#pushFree(this.#popBusy());
    const lane = this.#free > 0 ? this.#popFree() : this.lanes++;
    this.#pushBusy(end, lane);
    return lane;
  }

  #pushBusy(end: number, lane: number): void {
    if (this.#busy === this.#busyLane.length) this.#grow();
    const ends = this.#busyEnd;
    const lanes = this.#busyLane;
    let at = this.#busy++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (ends[up] <= end) break;
      ends[at] = ends[up];
      lanes[at] = lanes[up];
      at = up;
    }
    ends[at] = end;
    lanes[at] = lane;
  }

  #popBusy(): number {
    const ends = this.#busyEnd;
    const lanes = this.#busyLane;
    const top = lanes[0];
    const last = --this.#busy;
    const end = ends[last];
    const lane = lanes[last];
    let at = 0;
    for (let down = 1; down < last; down = 2 * at + 1) {
      if (down + 1 < last && ends[down + 1] < ends[down]) down++;
      if (ends[down] >= end) break;
      ends[at] = ends[down];
      lanes[at] = lanes[down];
      at = down;
    }
    ends[at] = end;
    lanes[at] = lane;
    return top;
  }

  #pushFree(lane: number): void {
    const lanes = this.#freeLane;
    let at = this.#free++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (lanes[up] <= lane) break;
      lanes[at] = lanes[up];
      at = up;
    }
    lanes[at] = lane;
  }

  #popFree(): number {
    const lanes = this.#freeLane;
    const top = lanes[0];
    const last = --this.#free;
    const lane = lanes[last];
    let at = 0;
    for (let down = 1; down < last; down = 2 * at + 1) {
      if (down + 1 < last && lanes[down + 1] < lanes[down]) down++;
      if (lanes[down] >= lane) break;
      lanes[at] = lanes[down];
      at = down;
    }
    lanes[at] = lane;
    return top;
  }

  /** A lane is busy or free, so both heaps have room for all of them. */
  #grow(): void {
    const ends = new Float64Array(this.#busyEnd.length * 2);
    const busy = new Uint32Array(this.#busyLane.length * 2);
    const free = new Uint32Array(this.#freeLane.length * 2);
    ends.set(this.#busyEnd);
    busy.set(this.#busyLane);
    free.set(this.#freeLane);
    this.#busyEnd = ends;
    this.#busyLane = busy;
    this.#freeLane = free;
  }
}
