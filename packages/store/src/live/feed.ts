import type { Clock } from '@flowprof/model';
import type { Database } from '../database.ts';
import { findWorkspaceOfWorkflow } from '../queries/find-workspace-of-workflow.ts';
import { listLastSeqs } from '../queries/list-last-seqs.ts';
import { listPrunable, pruneLiveEvents } from '../queries/prune-live-events.ts';
import { listCancelRequests } from '../queries/request-cancel.ts';
import type { CancelRequest, LiveChange, LiveFeed, LiveHistory, LiveSignal } from './api.ts';
import { LiveChannel, type LiveChannelOptions } from './channel.ts';
import type { LiveMessage } from './messages.ts';

/** How many workflows are looked at in one go. */
const PRUNED_AT_ONCE = 100;

/** How often one go prunes at most; the next call does the rest. */
const MAX_ROUNDS = 100;

export interface LiveFeedOptions {
  readonly app: Database;
  readonly owner: Database;
  readonly clock: Clock;
  readonly instanceId: string;
  /** How to reach the other servers; null where there can be none. */
  readonly channel: Omit<LiveChannelOptions, 'hear' | 'missed' | 'instanceId'> | null;
}

/** See `LiveFeed`. */
export class PostgresLiveFeed implements LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #listeners = new Set<(signal: LiveSignal) => void>();

  readonly #channel: LiveChannel | null;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    const { channel, instanceId } = options;
    const hear = (messages: readonly LiveMessage[]): void => this.#hear(messages);
    const missed = (): void => this.#emit({ type: 'missed' });
    this.#channel = channel && new LiveChannel({ ...channel, instanceId, hear, missed });
  }

  get isShared(): boolean {
    return this.#channel !== null;
  }

  /** Begins to hear other servers. */
  async open(): Promise<void> {
    await this.#channel?.open();
  }

  async close(): Promise<void> {
    await this.#channel?.close();
  }

  listen(listener: (signal: LiveSignal) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells of what this server has committed. */
  announce(changes: readonly LiveChange[]): void {
    if (changes.length === 0) return;
    this.#emit({ type: 'changes', changes });
    for (const { workspaceId, workflowId, lastSeq } of changes) {
      this.#channel?.send({ type: 'events', workspaceId, id: workflowId, seq: lastSeq });
    }
  }

  /** Tells the other servers that an execution of one of them is to be cancelled. */
  askToCancel({ workspaceId, executionId }: CancelRequest): void {
    this.#channel?.send({ type: 'cancel', workspaceId, id: executionId, seq: 0 });
  }

  cancelRequests(): Promise<readonly CancelRequest[]> {
    const { owner, instanceId } = this.#options;
    return owner.transaction((sql) => listCancelRequests(sql, instanceId));
  }

  newerThan(known: readonly LiveChange[]): Promise<readonly LiveChange[]> {
    if (known.length === 0) return Promise.resolve([]);
    return this.#options.owner.transaction((sql) => listLastSeqs(sql, known));
  }

  workspaceOf(workflowId: string): Promise<string | null> {
    return this.#options.owner.transaction((sql) => findWorkspaceOfWorkflow(sql, workflowId));
  }

  async prune(history: LiveHistory): Promise<number> {
    const { app, owner, clock } = this.#options;
    let total = 0;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const found = await owner.transaction((sql) => listPrunable(sql, history, clock.now(), PRUNED_AT_ONCE));
      let count = 0;
      for (const { workspaceId, workflowId } of found) {
        count += await app.inWorkspace(workspaceId, (sql) =>
          pruneLiveEvents(sql, workspaceId, workflowId, history, clock.now()),
        );
      }
      total += count;
      if (count === 0) break;
    }
    return total;
  }

  #hear(messages: readonly LiveMessage[]): void {
    const changes: LiveChange[] = [];
    for (const { type, workspaceId, id, seq } of messages) {
      if (type === 'events') changes.push({ workspaceId, workflowId: id, lastSeq: seq });
      else this.#emit({ type: 'cancel', workspaceId, executionId: id });
    }
    if (changes.length > 0) this.#emit({ type: 'changes', changes });
  }

  #emit(signal: LiveSignal): void {
    for (const listener of this.#listeners) listener(signal);
  }
}
