import { isIPv4 } from 'node:net';
import { allowedAddresses, NodeFailure, post, type NetworkPolicy } from '@flowprof/conductor';
import { TemporalError } from '@flowprof/ingest/temporal';
import { isLoopback } from '../../http/security.ts';

const MAX_ANSWER_BYTES = 16 << 20;

/** What a server lets its workspaces connect to. */
export interface EgressOptions {
  /** `host:port` pairs that may be reached although they are private. */
  readonly allow: readonly string[];
  /** Whether only this machine reaches the server: then who asks can reach the machine itself anyway. */
  readonly isLocal: boolean;
  /** Gives the addresses of a name; the system's lookup when absent. */
  readonly resolver?: NonNullable<Parameters<typeof allowedAddresses>[3]>;
}

/**
 * Decides what connections to Temporal may reach. Names are resolved here and what connects is given the address, so that
 * no name stands for a public address while it is checked and for a private one when it is connected to.
 */
export class Egress {
  readonly #options: EgressOptions;

  constructor(options: EgressOptions) {
    this.#options = options;
  }

  /** The address that a name is to be reached at. @throws {TemporalError} `forbidden`, `unreachable` */
  async resolve(host: string, port: number): Promise<string> {
    try {
      const addresses = await allowedAddresses(host, port, this.#policy(host, port), this.#options.resolver);
      // `localhost` is both, and servers for development listen on the older one alone.
      const first = addresses.find((address) => isIPv4(address)) ?? addresses[0];
      if (first !== undefined) return first;
    } catch (error) {
      throw refusal(error);
    }
    throw new TemporalError('unreachable', 'the name has no address');
  }

  /** Posts something as `fetch` does, with the same rules. No redirect is followed. */
  async fetch(url: string, init: RequestInit): Promise<Response> {
    const { hostname, port, protocol } = new URL(url);
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
    const policy = this.#policy(host, port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));
    const headers = Object.fromEntries(new Headers(init.headers));
    const body = typeof init.body === 'string' ? init.body : '';
    const sent = { url, headers, body, maxResponseBytes: MAX_ANSWER_BYTES };
    try {
      const answer = await post(sent, policy, init.signal ?? new AbortController().signal);
      return new Response(new Uint8Array(answer.body), { status: answer.status });
    } catch (error) {
      if (error instanceof NodeFailure && error.code === 'address_refused') throw refusal(error);
      throw error;
    }
  }

  /** The rules for one place. */
  #policy(host: string, port: number): NetworkPolicy {
    const { allow, isLocal } = this.#options;
    const own = isLocal && isLoopback(host.toLowerCase()) ? [`${host}:${port}`] : [];
    return { privateAddresses: false, allow: [...allow, ...own] };
  }
}

function refusal(error: unknown): TemporalError {
  if (error instanceof NodeFailure && error.code === 'address_refused') {
    const detail = 'private addresses are not connected to, but for those that FLOWPROF_TEMPORAL_HOSTS names';
    return new TemporalError('forbidden', detail, { cause: error });
  }
  return new TemporalError('unreachable', 'the name cannot be resolved', { cause: error });
}
