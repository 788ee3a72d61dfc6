import type { LiveChange, LiveEventPage, LiveFeed, LiveSignal, TenantStore } from '@flowprof/store';
import { Turnstile } from '../services/turnstile.ts';
import { resetFrame, resetReason } from './frames.ts';
import { Topic } from './topic.ts';
import type { LiveClient, Watcher } from './watcher.ts';

/** How many events are read at once. */
const PAGE = 500;

/** How many questions to the database are under way at once, so that others get their connections, too. */
const READS_AT_ONCE = 4;

/** What somebody wants to watch. */
export interface Watching {
  readonly tenant: TenantStore;
  readonly workflowId: string;
  /** The key of a step; null for the whole workflow. */
  readonly step: string | null;
  /** Everything after this number, and then what comes; null for what comes alone. */
  readonly since: number | null;
  /** How far the events of the workflow go. */
  readonly known: Pick<LiveEventPage, 'lastSeq' | 'oldestSeq'>;
}

interface Entry {
  readonly topic: Topic;
  readonly workspaceId: string;
  readonly workflowId: string;
}

/** Brings events to those who watch: a `Topic` for each workflow that somebody watches. */
export class LiveHub {
  readonly #feed: LiveFeed;
  readonly #failed: (error: unknown) => void;
  readonly #topics = new Map<string, Entry>();
  readonly #reads = new Turnstile(READS_AT_ONCE);

  /** @param failed told of errors of the store, which pass */
  constructor(feed: LiveFeed, failed: (error: unknown) => void) {
    this.#feed = feed;
    this.#failed = failed;
  }

  /** Takes what the store tells. */
  hear(signal: LiveSignal): void {
    if (signal.type === 'changes') this.#poke(signal.changes);
    else if (signal.type === 'missed') void this.poll();
  }

  /** Asks the database how far all watched workflows are: what was not heard of. */
  async poll(): Promise<void> {
    const known = Array.from(this.#topics.values(), ({ topic, workspaceId, workflowId }): LiveChange => {
      return { workspaceId, workflowId, lastSeq: topic.cursor };
    });
    try {
      this.#poke(await this.#feed.newerThan(known));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Lets a client watch. @returns ends that */
  watch({ tenant, workflowId, step, since, known }: Watching, client: LiveClient): () => void {
    const { workspaceId } = tenant;
    const key = `${workspaceId} ${workflowId}`;
    let entry = this.#topics.get(key);
    if (!entry) {
      const read = (after: number): Promise<LiveEventPage | null> =>
        this.#reads.pass(() => tenant.listLiveEvents(workflowId, { since: after, limit: PAGE }));
      const topic = new Topic(known.lastSeq, { read, failed: this.#failed });
      entry = { topic, workspaceId, workflowId };
      this.#topics.set(key, entry);
      // Something may have been committed since `known` was read, and before there was anyone to hear of it.
      void this.#ask(entry);
    }
    const { topic } = entry;
    const reason = since === null ? null : resetReason(since, known);
    if (reason !== null) client.send([resetFrame(known.lastSeq, reason)]);
    // Who wants what comes alone has nothing to catch up with.
    const position = since === null ? Math.max(known.lastSeq, topic.cursor) : reason === null ? since : known.lastSeq;
    const watcher: Watcher = { client, step, position, isLive: false };
    topic.add(watcher);
    return () => {
      topic.remove(watcher);
      if (topic.isEmpty && this.#topics.get(key)?.topic === topic) this.#topics.delete(key);
    };
  }

  /** Ends the connections of those who watch workflows that are no more. */
  async endGone(stillThere: (workspaceId: string, workflowId: string) => Promise<boolean>): Promise<void> {
    for (const { topic, workspaceId, workflowId } of this.#topics.values()) {
      if (!(await this.#reads.pass(() => stillThere(workspaceId, workflowId)))) topic.end();
    }
  }

  #poke(changes: readonly LiveChange[]): void {
    for (const { workspaceId, workflowId, lastSeq } of changes) {
      this.#topics.get(`${workspaceId} ${workflowId}`)?.topic.poke(lastSeq);
    }
  }

  async #ask({ topic, workspaceId, workflowId }: Entry): Promise<void> {
    try {
      this.#poke(await this.#feed.newerThan([{ workspaceId, workflowId, lastSeq: topic.cursor }]));
    } catch (error) {
      this.#failed(error);
    }
  }
}
