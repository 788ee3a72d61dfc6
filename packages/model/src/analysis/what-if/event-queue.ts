/**
 * Events by time, and those of the same time in the order in which they were added: a binary heap in typed arrays, which
 * grows. An event is two small integers: what happens, and to which vertex.
 */
export class EventQueue {
  #time = new Float64Array(1024);
  #order = new Float64Array(1024);
  #vertex = new Int32Array(1024);
  #length = 0;
  #added = 0;

  get length(): number {
    return this.#length;
  }

  /** When the first event is. */
  get time(): number {
    return this.#time[0];
  }

  /** The code of the first event. */
  get first(): number {
    return this.#vertex[0];
  }

  push(time: number, code: number): void {
    if (this.#length === this.#time.length) this.#grow();
    const order = this.#added++;
    let at = this.#length++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(time, order, above)) break;
      this.#move(above, at);
      at = above;
    }
    this.#put(at, time, order, code);
  }

  /** Takes the first event out. */
  pop(): void {
    const last = --this.#length;
    if (last <= 0) return;
    const time = this.#time[last];
    const order = this.#order[last];
    const code = this.#vertex[last];
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= last) break;
      if (below + 1 < last && this.#isBefore(this.#time[below + 1], this.#order[below + 1], below)) below++;
      if (this.#isBefore(time, order, below)) break;
      this.#move(below, at);
      at = below;
    }
    this.#put(at, time, order, code);
  }

  #isBefore(time: number, order: number, at: number): boolean {
    return time < this.#time[at] || (time === this.#time[at] && order < this.#order[at]);
  }

  #move(from: number, to: number): void {
    this.#time[to] = this.#time[from];
    this.#order[to] = this.#order[from];
    this.#vertex[to] = this.#vertex[from];
  }

  #put(at: number, time: number, order: number, code: number): void {
    this.#time[at] = time;
    this.#order[at] = order;
    this.#vertex[at] = code;
  }

  #grow(): void {
    const capacity = this.#time.length * 2;
    const time = new Float64Array(capacity);
    const order = new Float64Array(capacity);
    const vertex = new Int32Array(capacity);
    time.set(this.#time);
    order.set(this.#order);
    vertex.set(this.#vertex);
    this.#time = time;
    this.#order = order;
    this.#vertex = vertex;
  }
}
