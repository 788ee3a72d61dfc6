import type { Conductor } from '../conductor.ts';
import { teeSinks } from '../otlp/tee.ts';
import { inSlices } from '../slices.ts';
import { packResult } from '../trace/pack.ts';
import type { RunOptions } from '../types.ts';
import type { Channel, ChannelLimits, Message } from './channel.ts';
import { ConductorRpcError } from './errors.ts';
import type { Follower, KeptRun } from './kept-run.ts';
import { KeptRuns } from './kept-runs.ts';
import {
  readClientMessage,
  toRemoteError,
  writeServerMessage,
  type ClientMessage,
  type ServerMessage,
} from './protocol.ts';
import { readRequest, type RunRequest } from './request.ts';

/** What clients of a channel may use at most. */
export interface ServeLimits {
  /** Runs that a channel starts or follows at once; 16 when absent. */
  readonly maxCalls?: number;
  /** Bytes of a request, with its definition and input; 4 MiB when absent. */
  readonly maxRequestBytes?: number;
  /** How deep definitions and inputs may be nested; 2,500 when absent, which is 1,000 groups inside each other. */
  readonly maxDepth?: number;
}

export interface ServeOptions {
  /**
   * What the serving side adds to a run, or takes the place of what the client asked for: services, network, commands,
   * journal, a sink of its own, a lower concurrency. Throw a `ConductorRpcError` with the code `refused` to refuse the
   * run. Without it runs have no services, reach public addresses only, and start no processes.
   */
  readonly runOptions?: (request: RunRequest) => RunOptions | Promise<RunOptions>;
  /** The runs of several channels, so that a client can come back over another one; else they end with this one. */
  readonly runs?: KeptRuns;
  readonly limits?: ServeLimits;
  /** Told of whatever is thrown here that is no fault of the client's, which learns only that it happened. */
  readonly onFault?: (error: unknown) => void;
}

const DEFAULTS = { maxCalls: 16, maxRequestBytes: 4 * 1024 * 1024, maxDepth: 2500 } as const satisfies ServeLimits;
const WAITING_MESSAGES = 1000;

/** What a run may do when the serving side does not say otherwise. */
const UNTRUSTED: RunOptions = { commands: false, network: { privateAddresses: false, allow: [] } };

function optionsFor(run: KeptRun, request: RunRequest, own: RunOptions): RunOptions {
  const { signal, sink } = own;
  const options = { ...UNTRUSTED, ...request.options, ...own, executionId: request.executionId };
  const mine = run.hasEvents ? run : undefined;
  const used = mine !== undefined && sink !== undefined ? teeSinks([sink, mine]) : (sink ?? mine);
  return {
    ...options,
    signal: signal === undefined ? run.signal : AbortSignal.any([signal, run.signal]),
    ...(used !== undefined && { sink: used }),
  };
}

/** A run or attachment that a client asked for, on its lane. */
class Call implements Follower {
  run: KeptRun | null = null;
  wantsEvents = false;
  /** To be called when nothing more is expected of it. */
  readonly over: () => void;
  readonly #say: (message: ServerMessage) => void;

  constructor(say: (message: ServerMessage) => void, over: () => void) {
    this.#say = say;
    this.over = over;
  }

  /** Follows the run from the batch on that comes after the given one. */
  follow(run: KeptRun, after: number, wantsEvents: boolean): void {
    this.run = run;
    this.wantsEvents = wantsEvents;
    this.#say({ type: 'accepted', events: run.hasEvents });
    run.follow(this, after);
  }

  events(seq: number, batch: Uint8Array): void {
    this.#say({ type: 'events', seq, batch });
  }

  reset(from: number, to: number): void {
    this.#say({ type: 'reset', from, to });
  }

  ended(outcome: Parameters<Follower['ended']>[0]): void {
    // a result takes its place until the client has it, so that results cannot pile up for one that does not read
    if (outcome.type === 'error') this.over();
    this.#say(outcome);
  }

  takenOver(): void {
    this.fail(new ConductorRpcError('taken_over'));
  }

  fail(thrown: unknown): void {
    this.over();
    this.#say({ type: 'error', error: toRemoteError(thrown) });
  }
}

class Serving {
  readonly #conductor: Pick<Conductor, 'node'>;
  readonly #channel: Channel;
  readonly #options: ServeOptions;
  readonly #runs: KeptRuns;
  readonly #limits: Required<ServeLimits>;
  readonly #calls = new Map<number, Call>();
  #newestLane = 0;

  constructor(conductor: Pick<Conductor, 'node'>, channel: Channel, options: ServeOptions) {
    this.#conductor = conductor;
    this.#channel = channel;
    this.#options = options;
    // nobody could come back to runs that no other channel shares
    this.#runs = options.runs ?? new KeptRuns({ unattendedMs: 0, maxFinished: 0 });
    this.#limits = { ...DEFAULTS, ...options.limits };
  }

  start(): void {
    const limits: ChannelLimits = {
      receiveBytes: this.#limits.maxRequestBytes,
      waitingMessages: WAITING_MESSAGES,
    };
    const message = (lane: number, received: Message): void => this.#message(lane, received);
    this.#channel.listen({ message, closed: () => this.#closed() }, limits);
  }

  #closed(): void {
    for (const call of this.#calls.values()) call.run?.leave(call);
    this.#calls.clear();
  }

  #message(lane: number, received: Message): void {
    const message = readClientMessage(received);
    if (message === null) this.#refuse();
    else if (lane > this.#newestLane) this.#begin(lane, message);
    else this.#goOn(this.#calls.get(lane), message);
  }

  #refuse(): void {
    this.#channel.close('protocol_error', 'something came that is no message of a client');
  }

  #begin(lane: number, message: ClientMessage): void {
    if (message.type !== 'run' && message.type !== 'attach') return this.#refuse();
    this.#newestLane = lane;
    const say = (answer: ServerMessage): void => this.#channel.send(lane, writeServerMessage(answer));
    const call = new Call(say, () => void this.#calls.delete(lane));
    if (this.#calls.size >= this.#limits.maxCalls) return call.fail(new ConductorRpcError('too_many_runs'));
    this.#calls.set(lane, call);
    try {
      if (message.type === 'run') this.#run(call, message);
      else this.#attach(call, message);
    } catch (error) {
      this.#note(error);
      call.fail(error);
    }
  }

  /** A call that is over may still be spoken to, since that takes its time to be heard. */
  #goOn(call: Call | undefined, message: ClientMessage): void {
    switch (message.type) {
      case 'run':
      case 'attach':
        this.#refuse();
        break;
      case 'cancel':
        call?.run?.cancel();
        break;
      case 'ack':
        if (call !== undefined) call.run?.taken(call, message.seq, message.failure);
        break;
      case 'done':
        call?.over();
    }
  }

  #attach(call: Call, { executionId, after, events }: Extract<ClientMessage, { type: 'attach' }>): void {
    const run = this.#runs.find(executionId);
    if (run === null) throw new ConductorRpcError('unknown_execution');
    call.follow(run, after, events);
  }

  #run(call: Call, message: Extract<ClientMessage, { type: 'run' }>): void {
    const run = this.#runs.begin(message.executionId, message.events);
    if (message.cancelled) run.cancel();
    call.follow(run, 0, message.events);
    void this.#execute(run, message);
  }

  async #execute(run: KeptRun, message: Extract<ClientMessage, { type: 'run' }>): Promise<void> {
    try {
      const request = await inSlices(readRequest(message, this.#limits.maxDepth));
      const own = (await this.#options.runOptions?.(request)) ?? {};
      const result = await this.#conductor.node.run(request.definition, optionsFor(run, request, own));
      this.#runs.end(run, { type: 'result', packed: await inSlices(packResult(result)) });
    } catch (error) {
      this.#note(error);
      this.#runs.end(run, { type: 'error', error: toRemoteError(error) });
    }
  }

  #note(error: unknown): void {
    if (toRemoteError(error).code === 'internal') this.#options.onFault?.(error);
  }
}

/**
 * Runs workflows for the client at the other end of a channel. Nothing that comes over the channel can make it throw or
 * make the process hold more than the limits; a client that breaks the rules is cut off.
 */
export function serveConductor(conductor: Pick<Conductor, 'node'>, channel: Channel, options: ServeOptions = {}): void {
  new Serving(conductor, channel, options).start();
}
