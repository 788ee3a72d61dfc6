/** A turn that somebody waits for. */
interface Turn {
  readonly grant: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Shares a number of slots between groups. While there are enough, whoever comes gets one; else the next that is given
 * back goes to the group that has the fewest, and within a group to who came first: so one that asks for very many
 * keeps no other waiting for longer than one slot is held.
 */
export class FairSlots {
  readonly #waitMs: number;
  readonly #used = new Map<string, number>();
  /** By group; those that have waited for the longest come first. */
  readonly #waiting = new Map<string, Turn[]>();
  #free: number;
  #waitingCount = 0;

  /** @param waitMs how long somebody waits at most */
  constructor(size: number, waitMs: number) {
    this.#free = size;
    this.#waitMs = waitMs;
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** Takes a slot for a group. @throws {Error} when none was to be had in time */
  take(group: string): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      this.#count(group, 1);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const turn: Turn = {
        grant: resolve,
        timer: setTimeout(() => {
          this.#leave(group, turn);
          reject(new Error(`no connection became free within ${this.#waitMs} ms`));
        }, this.#waitMs),
      };
      const queue = this.#waiting.get(group) ?? [];
      queue.push(turn);
      this.#waiting.set(group, queue);
      this.#waitingCount++;
    });
  }

  /** Gives a group's slot back. */
  give(group: string): void {
    this.#count(group, -1);
    const next = this.#neediest();
    const turn = next === null ? undefined : this.#waiting.get(next)?.[0];
    if (next === null || turn === undefined) {
      this.#free++;
      return;
    }
    this.#leave(next, turn);
    clearTimeout(turn.timer);
    this.#count(next, 1);
    turn.grant();
  }

  /** The group with the fewest slots of those that wait. */
  #neediest(): string | null {
    let [best, fewest]: [string | null, number] = [null, Number.POSITIVE_INFINITY];
    for (const group of this.#waiting.keys()) {
      const used = this.#used.get(group) ?? 0;
      if (used < fewest) [best, fewest] = [group, used];
    }
    return best;
  }

  #leave(group: string, turn: Turn): void {
    const queue = this.#waiting.get(group) ?? [];
    const at = queue.indexOf(turn);
    if (at < 0) return;
    queue.splice(at, 1);
    this.#waitingCount--;
    // Whoever waits on goes to the end, so that groups with as few take turns.
    this.#waiting.delete(group);
    if (queue.length > 0) this.#waiting.set(group, queue);
  }

  #count(group: string, change: 1 | -1): void {
    const used = (this.#used.get(group) ?? 0) + change;
    if (used === 0) this.#used.delete(group);
    else this.#used.set(group, used);
  }
}
