import { lookup } from 'node:dns/promises';
import { performance } from 'node:perf_hooks';

/** What a name stands for. */
export interface Resolved {
  readonly addresses: readonly string[];
  /** How long the answer took, in milliseconds. */
  readonly ms: number;
  /** Whether another request had asked for the name shortly before. */
  readonly cached: boolean;
}

/** Asks for all addresses of a name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

interface Entry {
  readonly at: number;
  readonly answer: Promise<readonly string[]>;
}

/** The system's lookup tells nothing of how long an answer holds, so it is kept only for as long as a burst of requests takes. */
const KEPT_MS = 10_000;
const MAX_ENTRIES = 1000;

const systemLookup: Lookup = async (host) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
};

/**
 * Resolves names for the requests of one run. Requests that begin together share one lookup: the system's takes one of
 * the few threads that Node has for such work.
 */
export class Resolver {
  readonly #lookup: Lookup;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  /** @param now milliseconds from any start, never backwards */
  constructor(ask: Lookup = systemLookup, now: () => number = () => performance.now()) {
    this.#lookup = ask;
    this.#now = now;
  }

  /** @throws what the lookup fails with; failures are not kept */
  async resolve(host: string): Promise<Resolved> {
    const start = this.#now();
    const kept = this.#entries.get(host);
    const cached = kept !== undefined && start - kept.at < KEPT_MS;
    const answer = cached ? kept.answer : this.#ask(host, start);
    const addresses = await answer;
    return { addresses, ms: this.#now() - start, cached };
  }

  /** Asks anew the next time: nothing answered at the addresses. */
  forget(host: string): void {
    this.#entries.delete(host);
  }

  #ask(host: string, at: number): Promise<readonly string[]> {
    const answer = this.#lookup(host);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.delete(host);
    this.#entries.set(host, { at, answer });
    answer.catch(() => {
      if (this.#entries.get(host)?.answer === answer) this.#entries.delete(host);
    });
    return answer;
  }
}
