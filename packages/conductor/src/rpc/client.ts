import { isUuid, toEpochMicros, uuidv7 } from '@flowprof/model';
import type { NodeDefinition, WorkflowDefinition } from '../file/definition.ts';
import type { ExecutionResult, Timers } from '../types.ts';
import type { Channel, ChannelClosed, Message } from './channel.ts';
import { ClientCall, type FollowOptions } from './client-call.ts';
import { writeJson } from './json-text.ts';
import { readServerMessage, writeClientMessage, type ClientMessage } from './protocol.ts';
import { writeOptions, type RemoteOptions } from './request.ts';
import { platformTimers } from './timers.ts';

/** The options of `conductor.node.run` that have a meaning from afar; the serving side decides on all others. */
export interface RemoteRunOptions extends RemoteOptions, FollowOptions {
  /** A UUID; made when absent. What the run can be attached to by. */
  readonly executionId?: string;
}

export interface AttachOptions extends FollowOptions {
  /** The last batch of events that is known, as `ConductorConnectionError.lastSeq` says; 0, for all, when absent. */
  readonly after?: number;
}

/** A conductor at the other end of a channel. */
export interface ConductorClient {
  readonly node: {
    /**
     * Runs a workflow, a group or a single node where the channel leads to. A failure of the workflow is in the result.
     * @throws {WorkflowFileError} when the definition is invalid
     * @throws {RangeError} when an option is out of range
     * @throws {ConductorConnectionError} when the channel ends first
     * @throws {ConductorRpcError} when the serving side does not run it, by code
     */
    run(definition: WorkflowDefinition | NodeDefinition, options?: RemoteRunOptions): Promise<ExecutionResult>;
  };
  /**
   * Follows a run that was begun before, over this or another channel, and gives its result. Whoever followed it until
   * then does no longer.
   * @throws {ConductorRpcError} `unknown_execution` when it is not known there, or its result is no longer kept
   * @throws {ConductorConnectionError} when the channel ends first
   */
  attach(executionId: string, options?: AttachOptions): Promise<ExecutionResult>;
  /** Ends the channel. Runs that are followed go on for as long as the serving side lets them. */
  close(): void;
  /** Settles with the reason once the channel has ended. */
  readonly closed: Promise<ChannelClosed>;
}

export interface ConnectOptions {
  /** Bytes of results that are arriving at a time; 1 GiB when absent. */
  readonly maxReceiveBytes?: number;
  readonly timers?: Timers;
}

const MAX_RECEIVE_BYTES = 1024 ** 3;

class RemoteConductor implements ConductorClient {
  readonly node = {
    run: (definition: WorkflowDefinition | NodeDefinition, options: RemoteRunOptions = {}): Promise<ExecutionResult> =>
      this.#run(definition, options),
  };
  readonly closed: Promise<ChannelClosed>;
  readonly #channel: Channel;
  readonly #timers: Timers;
  readonly #calls = new Map<number, ClientCall>();
  #newestLane = 0;
  #ended: ChannelClosed | null = null;

  constructor(channel: Channel, { maxReceiveBytes = MAX_RECEIVE_BYTES, timers = platformTimers }: ConnectOptions) {
    this.#channel = channel;
    this.#timers = timers;
    this.closed = new Promise((resolve) => {
      const closed = (why: ChannelClosed): void => {
        this.#closed(why);
        resolve(why);
      };
      const message = (lane: number, received: Message): void => this.#message(lane, received);
      const limits = { receiveBytes: maxReceiveBytes, waitingMessages: Number.POSITIVE_INFINITY };
      channel.listen({ message, closed }, limits);
    });
  }

  async attach(executionId: string, options: AttachOptions = {}): Promise<ExecutionResult> {
    checkId(executionId);
    const { after = 0, sink } = options;
    if (!Number.isSafeInteger(after) || after < 0) throw new RangeError('after must be the number of a batch');
    return this.#call(executionId, after, options, { type: 'attach', executionId, after, events: sink !== undefined });
  }

  close(): void {
    this.#channel.close('closed', 'the client has closed the channel');
  }

  async #run(definition: WorkflowDefinition | NodeDefinition, options: RemoteRunOptions): Promise<ExecutionResult> {
    const { executionId = newId(), sink, signal } = options;
    checkId(executionId);
    return this.#call(executionId, 0, options, {
      type: 'run',
      executionId,
      events: sink !== undefined,
      cancelled: signal?.aborted === true,
      definition: writeJson(definition),
      options: writeOptions(options),
    });
  }

  #call(executionId: string, after: number, options: FollowOptions, first: ClientMessage): Promise<ExecutionResult> {
    const lane = ++this.#newestLane;
    const say = (message: ClientMessage): void => this.#channel.send(lane, writeClientMessage(message));
    const call = new ClientCall(executionId, after, options, this.#timers, say, () => void this.#calls.delete(lane));
    if (this.#ended !== null) call.lost(this.#ended.reason);
    else {
      this.#calls.set(lane, call);
      call.begin(first);
    }
    return call.result;
  }

  #message(lane: number, received: Message): void {
    const message = readServerMessage(received);
    const call = this.#calls.get(lane);
    if (message === null || call?.take(message) !== true) {
      this.#channel.close('protocol_error', 'something came that was not asked for');
    }
  }

  #closed(why: ChannelClosed): void {
    this.#ended = why;
    for (const call of this.#calls.values()) call.lost(why.reason);
  }
}

function checkId(executionId: string): void {
  if (!isUuid(executionId)) throw new RangeError('executionId must be a UUID');
}

function newId(): string {
  return uuidv7(toEpochMicros(Date.now() * 1000), (into) => crypto.getRandomValues(into));
}

/** A conductor that is somewhere else: in another thread or process, or behind a WebSocket. Runs in browsers as well. */
export function connectConductor(channel: Channel, options: ConnectOptions = {}): ConductorClient {
  return new RemoteConductor(channel, options);
}
