import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { messageOf, NodeFailure } from '../errors.ts';
import type { NetworkPolicy } from '../types.ts';
import { checkAddress, isLiteral } from './policy.ts';
import type { Resolved, Resolver } from './resolve.ts';

/** Whom the opening of a connection tells what it is doing. */
export interface ConnectObserver {
  /** A step begins, which ends the one before it. */
  enter(step: 'dns' | 'tcp' | 'tls'): void;
  /** The name has been resolved. */
  resolved(answer: Resolved): void;
}

/** Where to connect to. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** What connections are opened with. */
export interface ConnectOptions {
  readonly policy: NetworkPolicy;
  /** Certificates in PEM that are trusted besides the usual ones. */
  readonly ca: readonly string[];
  readonly resolver: Resolver;
}

/** Resolves when a socket is ready, rejects when it fails first. A socket that comes too late is closed by its owner. */
function ready<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy();
      reject(new NodeFailure('http_connect', 'the connection was given up'));
    };
    const settle = (): void => {
      socket.removeListener('error', onError);
      socket.removeListener(event, onReady);
      signal.removeEventListener('abort', onAbort);
    };
    const onError = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onReady = (): void => {
      settle();
      resolve(socket);
    };
    socket.once('error', onError);
    socket.once(event, onReady);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

async function resolveHost(host: string, resolver: Resolver, observer: ConnectObserver): Promise<readonly string[]> {
  if (isLiteral(host)) return [host];
  observer.enter('dns');
  const answer = await resolver.resolve(host);
  observer.resolved(answer);
  return answer.addresses;
}

/** Connects to the first of the addresses that answers. */
async function dial(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Socket> {
  let failure: unknown = new NodeFailure('http_connect', 'the name has no address');
  for (const host of addresses) {
    try {
      return await ready(connectTcp({ host, port, noDelay: true, keepAlive: true }), 'connect', signal);
    } catch (error) {
      failure = error;
      if (signal.aborted) break;
    }
  }
  throw failure;
}

/**
 * Opens a connection: resolves the name, checks every address against the policy, connects and shakes hands.
 * @throws {NodeFailure} `http_connect` or `address_refused`
 */
export async function openConnection(
  target: Target,
  options: ConnectOptions,
  observer: ConnectObserver,
  signal: AbortSignal,
): Promise<Socket> {
  try {
    const addresses = await resolveHost(target.host, options.resolver, observer);
    for (const address of addresses) checkAddress(options.policy, target.host, target.port, address);
    observer.enter('tcp');
    const socket = await dial(addresses, target.port, signal);
    if (!target.secure) return socket;
    observer.enter('tls');
    const secure = connectTls({
      socket,
      ALPNProtocols: ['http/1.1'],
      ...(!isLiteral(target.host) && { servername: target.host }),
      ...(options.ca.length > 0 && { ca: [...rootCertificates, ...options.ca] }),
    });
    return await ready(secure, 'secureConnect', signal);
  } catch (error) {
    if (error instanceof NodeFailure) throw error;
    options.resolver.forget(target.host);
    throw new NodeFailure('http_connect', `no connection to ${target.host}:${target.port}: ${messageOf(error)}`);
  }
}
