import {
  toEpochMicros,
  type Clock,
  type EpochMicros,
  type JournalEntry,
  type RandomBytes,
  type TraceEvent,
} from '@flowprof/model';
import { z } from 'zod';
import { createConductor, type Conductor, type ExecutionResult, type Journal, type RunOptions } from '../index.ts';
import type { NodeContext } from '../index.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { assemble } from './assemble.ts';
import { Dice } from './dice.ts';
import type { Fact } from './facts.ts';
import { perform, planOf } from './handlers.ts';
import type { Crash, Peer, World } from './world.ts';

/** No run of a world takes so long by itself. */
const MAX_MS = 600_000;

const NEVER: AbortSignal = new AbortController().signal;

/** What outlasts a process: the journal, the sink's events, and what was seen. */
export class Store {
  readonly facts: Fact[] = [];
  readonly journal = new Map<string, JournalEntry>();
  readonly events: TraceEvent[] = [];
  commits = 0;
  writes = 0;
  calls = 0;
  sinkRefused = false;
}

/** One process of a world, from its start to its death or the end of the run. */
export class SimulatedLife {
  readonly time: VirtualTime;
  readonly #world: World;
  readonly #store: Store;
  readonly #number: number;
  readonly #executionId: string;
  readonly #crash: Crash | null;
  readonly #died: Promise<null>;
  #die: () => void = () => {};
  #dead = false;
  /** How often each thing that a crash can wait for has happened. */
  readonly #happened = new Map<Crash['at'], number>();
  #skew = 0;
  /** How far the clock has been set forwards. */
  #forward = 0;

  constructor(world: World, store: Store, number: number, executionId: string, startMs: number, skew: number) {
    this.#world = world;
    this.#store = store;
    this.#number = number;
    this.#executionId = executionId;
    this.#crash = world.lives[number]?.crash ?? null;
    this.#skew = skew;
    this.time = new VirtualTime(startMs);
    this.#died = new Promise((resolve) => {
      this.#die = () => resolve(null);
    });
  }

  get skew(): number {
    return this.#skew;
  }

  /** Null when the process died first. @throws {Error} when the run can never end */
  async run(startedAt: EpochMicros | null): Promise<ExecutionResult | null> {
    const { jumps, cancelAtMs } = this.#world;
    const crash = this.#crash;
    if (crash?.at === 'time') this.time.at(crash.ms, () => this.#kill());
    if (this.#number === 0) {
      for (const { atMs, byMs } of jumps) this.time.at(atMs, () => this.#jump(byMs * 1000));
    }
    const abort = new AbortController();
    if (cancelAtMs !== null) this.time.at(cancelAtMs, () => abort.abort());
    const endless = new Promise<never>((_, reject) => {
      this.time.at(MAX_MS, () => reject(new Error(`the run goes on after ${MAX_MS} ms`)));
    });
    const options = this.#options(abort.signal, startedAt);
    const ended = this.#conductor().node.run(this.#world.definition, options);
    return this.time.until(Promise.race([ended, this.#died, endless]));
  }

  readonly clock: Clock = {
    now: () => toEpochMicros(this.time.clock.now() + this.#skew),
  };

  #options(signal: AbortSignal, startedAt: EpochMicros | null): RunOptions {
    const { concurrency, slowMo, timeoutMs, sink, journal, keepsTrace } = this.#world;
    const finished = [...this.#store.journal.values()];
    const earlier = keepsTrace && this.#store.events.length > 0 ? assemble(this.#store.events) : null;
    return {
      executionId: this.#executionId,
      input: { yes: true, no: false, list: ['a', 'b', 'c'] },
      signal,
      ...(concurrency !== undefined && { concurrency }),
      ...(slowMo !== undefined && { slowMo }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(sink !== null && { sink: { write: (_, batch) => this.#write(sink, batch) } }),
      ...(journal !== null && { journal: this.#journal(journal) }),
      ...(startedAt !== null && { resume: { startedAt, finished, earlier } }),
    };
  }

  #conductor(): Conductor {
    const { timers } = this.time;
    const dice = new Dice(this.#world.seed * 8 + this.#number);
    const random: RandomBytes = (into) => into.map(() => dice.int(0, 255));
    const conductor = createConductor({ clock: this.clock, timers, random });
    for (const type of ['work', 'other']) {
      conductor.register(type, {
        params: z.looseObject({ plan: z.string() }),
        phase: 'execute',
        run: ({ plan }, context) => this.#handle(type, plan, context),
      });
    }
    return conductor;
  }

  #handle(type: string, plan: string, context: NodeContext): ReturnType<typeof perform> {
    if (this.#dead) return new Promise(() => {});
    const path = context.idempotencyKey.slice(this.#executionId.length + 1);
    const call = this.#store.calls++;
    this.#note({
      kind: 'started',
      path,
      plan,
      type,
      attempt: context.attempt,
      call,
      life: this.#number,
      at: this.time.elapsed,
      clock: this.time.elapsed + this.#forward,
    });
    this.#happens('handler_started');
    const behaviour = this.#world.behaviours.get(plan);
    if (behaviour === undefined || this.#dead) return new Promise(() => {});
    return this.#watch(path, call, behaviour.sync ? null : context.signal, () =>
      perform(planOf(behaviour, path, context.attempt), behaviour, plan, path, context, (ms, signal) =>
        this.time.timers.sleep(ms, signal),
      ),
    );
  }

  /** Notes when a handler is over: it settles, or is told to stop. */
  #watch(
    path: string,
    call: number,
    signal: AbortSignal | null,
    start: () => ReturnType<typeof perform>,
  ): ReturnType<typeof perform> {
    let over = false;
    const end = (): void => {
      if (over || this.#dead) return;
      over = true;
      this.#note({ kind: 'ended', path, call, life: this.#number, at: this.time.elapsed });
      this.#happens('handler_ended');
    };
    signal?.addEventListener('abort', end, { once: true });
    try {
      const result = start();
      if (!(result instanceof Promise)) {
        end();
        return result;
      }
      return result.finally(end);
    } catch (error) {
      end();
      throw error;
    }
  }

  async #write(peer: Peer, batch: readonly TraceEvent[]): Promise<void> {
    const store = this.#store;
    const call = ++store.writes;
    await this.#step('write', peer.work);
    if (peer.refuses.includes(call)) {
      store.sinkRefused = true;
      throw new Error('the sink refuses');
    }
    store.events.push(...batch);
    await this.#step('written', peer.answer);
  }

  #journal(peer: Peer): Journal {
    return {
      commit: async (_, entries) => {
        const store = this.#store;
        const call = ++store.commits;
        const paths = entries.map(({ path }) => path);
        this.#note({ kind: 'commit', paths, life: this.#number });
        await this.#step('commit', peer.work);
        if (peer.refuses.includes(call)) {
          this.#note({ kind: 'refused', life: this.#number });
          throw new Error('the journal refuses');
        }
        for (const entry of entries) store.journal.set(entry.path, entry);
        await this.#step('committed', peer.answer);
        this.#note({ kind: 'committed', paths, life: this.#number });
      },
    };
  }

  /** A part of what a peer does; never over for a process that has died. */
  async #step(at: Crash['at'], ms: number): Promise<void> {
    if (!this.#dead && ms > 0) await this.time.timers.sleep(ms, NEVER);
    this.#happens(at);
    if (this.#dead) await new Promise(() => {});
  }

  #note(fact: Fact): void {
    if (!this.#dead) this.#store.facts.push(fact);
  }

  #happens(at: Crash['at']): void {
    const count = (this.#happened.get(at) ?? 0) + 1;
    this.#happened.set(at, count);
    const crash = this.#crash;
    if (crash?.at === at && crash.at !== 'time' && crash.n === count) this.#kill();
  }

  #jump(by: number): void {
    this.#skew += by;
    this.#forward += Math.max(0, by);
  }

  #kill(): void {
    if (this.#dead) return;
    this.#note({ kind: 'died', life: this.#number });
    this.#dead = true;
    this.#die();
  }
}
