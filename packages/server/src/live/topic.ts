import type { LiveEventPage } from '@flowprof/store';
import { frameOf, resetFrame, resetReason, type Frame } from './frames.ts';
import { give, type Watcher } from './watcher.ts';

/** Reads events of a workflow after a number; null when there is no such workflow. */
type ReadEvents = (since: number) => Promise<LiveEventPage | null>;

/** What follows a number: frames, or how far the events go where there is a gap. */
type Following = readonly Frame[] | 'gone' | Pick<LiveEventPage, 'lastSeq' | 'oldestSeq'>;

/** How many frames, and bytes of them, are kept for those who come back. */
const RECENT_FRAMES = 512;
const RECENT_BYTES = 256 * 1024;

/** How much is handed to a client at once, in bytes: far less than may wait for it. */
const PART_BYTES = 128 * 1024;

/** How long the others wait at most while frames are handed out, in milliseconds. */
const SLICE_MS = 10;

function firstPart(frames: readonly Frame[]): readonly Frame[] {
  let bytes = 0;
  const end = frames.findIndex((frame, at) => {
    bytes += frame.bytes.length;
    return at > 0 && bytes > PART_BYTES;
  });
  return end < 0 ? frames : frames.slice(0, end);
}

interface TopicOptions {
  readonly read: ReadEvents;
  /** Called when a read failed; what was missed is found when the topic is told again how far the events go. */
  readonly failed: (error: unknown) => void;
}

/**
 * The watchers of one workflow. Whenever there is something new it is read once, made into frames once and given to all
 * who have had everything before it. Who comes with a number first gets what is between, page by page as fast as it
 * takes it, and joins the others when nothing is missing. `cursor` is how far the topic has read; positions of
 * watchers only rise, so nobody gets anything twice.
 */
export class Topic {
  readonly #options: TopicOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #pages = new Map<number, Promise<Following>>();
  #recent: Frame[] = [];
  #recentBytes = 0;
  #cursor: number;
  #wanted: number;
  #isReading = false;

  /** @param lastSeq how far the events go now */
  constructor(lastSeq: number, options: TopicOptions) {
    this.#options = options;
    this.#cursor = lastSeq;
    this.#wanted = lastSeq;
  }

  get cursor(): number {
    return this.#cursor;
  }

  get isEmpty(): boolean {
    return this.#watchers.size === 0;
  }

  /** Tells the topic that events go up to a number. */
  poke(lastSeq: number): void {
    if (lastSeq > this.#wanted) this.#wanted = lastSeq;
    if (this.#isReading || this.isEmpty || this.#wanted <= this.#cursor) return;
    this.#isReading = true;
    void this.#readAll();
  }

  /** Adds a watcher at its position and gives it what it has missed. */
  add(watcher: Watcher): void {
    this.#watchers.add(watcher);
    this.poke(this.#wanted);
    this.#catchUp(watcher).catch((error: unknown) => {
      // It comes again with the last number that it has.
      this.#options.failed(error);
      watcher.client.close('later');
    });
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** Ends the connections of all; the workflow was deleted. */
  end(): void {
    for (const { client } of this.#watchers) client.close('gone');
  }

  async #readAll(): Promise<void> {
    try {
      await this.#readOn();
    } catch (error) {
      this.#options.failed(error);
      this.#wanted = this.#cursor;
    }
    this.#isReading = false;
    // What was told of at the last moment.
    this.poke(this.#wanted);
  }

  async #readOn(): Promise<void> {
    while (this.#wanted > this.#cursor && !this.isEmpty) {
      const since = this.#cursor;
      const page = await this.#page(since);
      if (page === 'gone') {
        this.#wanted = since;
        return this.end();
      }
      if ('lastSeq' in page) {
        this.#cursor = page.lastSeq;
        this.#wanted = page.lastSeq;
        this.#forget();
        for (const watcher of this.#watchers) if (watcher.isLive) this.#reset(watcher, page);
        return;
      }
      const last = page.at(-1);
      // Who told of more than there is was wrong.
      if (last === undefined) {
        this.#wanted = since;
        return;
      }
      for (let rest: readonly Frame[] = page; rest.length > 0;) {
        const part = firstPart(rest);
        this.#cursor = part.at(-1)?.seq ?? last.seq;
        this.#keep(part);
        await this.#giveAll(part);
        rest = rest.slice(part.length);
        if (rest.length > 0) await new Promise(setImmediate);
      }
    }
  }

  async #giveAll(frames: readonly Frame[]): Promise<void> {
    let sliceStart = performance.now();
    for (const watcher of this.#watchers) {
      if (!watcher.isLive) continue;
      give(watcher, frames);
      if (performance.now() - sliceStart < SLICE_MS) continue;
      await new Promise(setImmediate);
      sliceStart = performance.now();
    }
  }

  async #catchUp(watcher: Watcher): Promise<void> {
    const { client } = watcher;
    let rest: readonly Frame[] = [];
    while (client.isOpen && this.#watchers.has(watcher)) {
      if (rest.length === 0 && watcher.position >= this.#cursor) {
        watcher.isLive = true;
        return;
      }
      if (rest.length === 0) {
        const page = this.#recentAfter(watcher.position) ?? (await this.#page(watcher.position));
        if (page === 'gone') return client.close('gone');
        if ('lastSeq' in page) this.#reset(watcher, page);
        else if (page.length === 0) watcher.position = this.#cursor;
        else rest = page;
      }
      const part = firstPart(rest);
      give(watcher, part);
      rest = rest.slice(part.length);
      await client.drained();
    }
  }

  #reset(watcher: Watcher, page: Pick<LiveEventPage, 'lastSeq' | 'oldestSeq'>): void {
    const reason = resetReason(watcher.position, page);
    watcher.position = page.lastSeq;
    if (reason !== null) watcher.client.send([resetFrame(page.lastSeq, reason)]);
  }

  /** One question for all who ask the same at the same time. */
  #page(since: number): Promise<Following> {
    const known = this.#pages.get(since);
    if (known) return known;
    const asked = this.#options.read(since).then((page) => {
      if (page === null) return 'gone' as const;
      return resetReason(since, page) === null ? page.items.map(frameOf) : page;
    });
    this.#pages.set(since, asked);
    const forget = (): void => void this.#pages.delete(since);
    asked.then(forget, forget);
    return asked;
  }

  #recentAfter(position: number): readonly Frame[] | null {
    const first = this.#recent[0];
    if (first === undefined || position < first.seq - 1) return null;
    return this.#recent.slice(position - first.seq + 1);
  }

  #keep(frames: readonly Frame[]): void {
    for (const frame of frames) {
      this.#recent.push(frame);
      this.#recentBytes += frame.bytes.length;
    }
    let drop = 0;
    while (this.#recent.length - drop > RECENT_FRAMES || this.#recentBytes > RECENT_BYTES) {
      this.#recentBytes -= this.#recent[drop]?.bytes.length ?? 0;
      drop++;
    }
    if (drop > 0) this.#recent = this.#recent.slice(drop);
  }

  #forget(): void {
    this.#recent = [];
    this.#recentBytes = 0;
  }
}
