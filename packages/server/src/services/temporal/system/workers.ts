import type { Timers } from '@flowprof/conductor';
import type { Store, TemporalConnection, TemporalSecrets } from '@flowprof/store';
import type { NativeConnectionOptions, WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from 'pino';
import { Looker } from '../../looker.ts';
import { systemActivities, type SyncWork } from './activities.ts';
import type { SyncedConnection } from './seam.ts';
import { endCoordinator, runSystemWorker } from './worker.ts';

/** How often is looked which connections there are, and how long after a look that failed. */
const LOOK_MS = 15_000;
const AGAIN_MS = 2000;
/** How long is waited before a worker that failed starts again: longer each time. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** How many connections one process works for. */
const MOST = 1000;

interface SystemWorkersOptions {
  readonly store: Pick<Store, 'listTemporalConnections' | 'tenant'>;
  readonly work: Pick<SyncWork, 'look' | 'sync'>;
  /** The address that a name is to be reached at. @throws where it may not be reached */
  readonly resolve: (host: string, port: number) => Promise<string>;
  /** The workflow code; asked for when there is a first connection to work for. */
  readonly bundle: () => Promise<WorkflowBundleOption>;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** A worker for one connection. */
interface Running {
  readonly one: Wanted;
  /** What it was started with. */
  readonly version: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

interface Wanted extends SyncedConnection {
  readonly text: TemporalConnection;
  readonly secrets: TemporalSecrets;
}

function versionOf({ text, secrets }: Wanted): string {
  const { address, namespace, tls, serverName } = text;
  return JSON.stringify([address, namespace, tls, serverName, secrets]);
}

/** Keeps a worker running for every connection whose sync is coordinated by the system workflow. */
export class SystemWorkers {
  readonly #options: SystemWorkersOptions;
  readonly #looker: Looker;
  readonly #running = new Map<string, Running>();
  readonly #endings = new Set<Promise<void>>();
  #isStopping: AbortSignal = AbortSignal.abort();
  #bundle: Promise<WorkflowBundleOption> | null = null;

  constructor(options: SystemWorkersOptions) {
    this.#options = options;
    const failure = 'the connections to Temporal could not be looked at';
    this.#looker = new Looker({ ...options, failure, againMs: AGAIN_MS });
  }

  /** Looks at once: a connection was made, changed or removed. */
  wake(): void {
    this.#looker.wake();
  }

  /** Goes on until the signal fires; resolves when no worker runs any more. */
  async run(signal: AbortSignal): Promise<void> {
    this.#isStopping = signal;
    await this.#looker.run(signal, () => this.#look());
    for (const { stop } of this.#running.values()) stop.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await Promise.all(this.#endings);
  }

  async #look(): Promise<number> {
    const wanted = await this.#wanted();
    for (const [id, running] of this.#running) {
      const one = wanted.get(id);
      if (one !== undefined && versionOf(one) === running.version) continue;
      running.stop.abort();
      void this.#forget(id, running);
    }
    for (const [id, one] of wanted) if (!this.#running.has(id)) this.#start(one);
    return LOOK_MS;
  }

  /** Once a worker has ended, another may start for the connection. */
  async #forget(id: string, running: Running): Promise<void> {
    await running.ended;
    if (this.#running.get(id) !== running) return;
    this.#running.delete(id);
    const ending = this.#end(running.one).finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
    this.wake();
  }

  async #wanted(): Promise<Map<string, Wanted>> {
    const { store } = this.#options;
    const wanted = new Map<string, Wanted>();
    for (const { workspaceId, connectionId, isEnabled } of await store.listTemporalConnections(MOST)) {
      if (!isEnabled) continue;
      const { temporal } = store.tenant(workspaceId);
      const text = await temporal.getConnection(connectionId);
      if (text === null || text.coordinator !== 'temporal') continue;
      const secrets = await temporal.readSecrets(connectionId);
      if (secrets !== null) wanted.set(connectionId, { workspaceId, connectionId, text, secrets });
    }
    return wanted;
  }

  #start(one: Wanted): void {
    const stop = new AbortController();
    const version = versionOf(one);
    this.#running.set(one.connectionId, { one, version, stop, ended: this.#keep(one, stop.signal) });
  }

  /** Starts the worker again whenever it fails. */
  async #keep(one: Wanted, signal: AbortSignal): Promise<void> {
    const { timers, logger } = this.#options;
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      const since = performance.now();
      await this.#work(one, signal).catch((error: unknown) => {
        logger.warn({ err: error, connection: one.connectionId }, 'a worker of the system workflows failed');
      });
      // One that had worked for long had no lasting fault.
      if (performance.now() - since > LONGEST_WAIT_MS) wait = FIRST_WAIT_MS;
      if (!signal.aborted) await timers.sleep(wait, signal).catch(() => undefined);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    }
  }

  async #work({ workspaceId, connectionId, text, secrets }: Wanted, signal: AbortSignal): Promise<void> {
    const { resolve, work, bundle, timers, logger } = this.#options;
    this.#bundle ??= bundle();
    const connection = { workspaceId, connectionId };
    const options = {
      connection,
      temporal: await nativeOptions(text, secrets, resolve),
      namespace: text.namespace,
      activities: systemActivities({
        isServed: (other) => this.#isOnSameServer(text, other),
        look: (input, until) => work.look(input, until),
        sync: (input, until) => work.sync(input, until),
      }),
      bundle: await this.#bundle,
      timers,
      logger,
    };
    await runSystemWorker(options, signal);
  }

  /**
   * Ends the coordinator of a connection that needs none any more, or has one elsewhere: as soon as its server can be
   * reached. Of one that is away for longer than this process runs, it stays until somebody ends it there.
   */
  async #end(one: Wanted): Promise<void> {
    const { resolve, timers, logger } = this.#options;
    const { connectionId, workspaceId, text, secrets } = one;
    const connection = { connectionId, workspaceId };
    for (let wait = FIRST_WAIT_MS; !this.#isStopping.aborted; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      try {
        // A server that stops leaves the coordinator for the next one.
        if (await this.#isWantedAt(one)) return;
        const temporal = await nativeOptions(text, secrets, resolve);
        await endCoordinator({ connection, temporal, namespace: text.namespace });
        return;
      } catch (error) {
        if (wait === FIRST_WAIT_MS)
          logger.warn({ err: error, connection: connectionId }, 'a sync coordinator stays yet');
      }
      await timers.sleep(wait, this.#isStopping).catch(() => undefined);
    }
  }

  /** Whoever runs a Temporal server has no say in the sync of another one. */
  async #isOnSameServer(
    { address, namespace }: TemporalConnection,
    { workspaceId, connectionId }: SyncedConnection,
  ): Promise<boolean> {
    const other = await this.#options.store.tenant(workspaceId).temporal.getConnection(connectionId);
    return other !== null && other.address === address && other.namespace === namespace;
  }

  /** Whether the connection is still coordinated on that very server. */
  async #isWantedAt({ workspaceId, connectionId, text: { address, namespace } }: Wanted): Promise<boolean> {
    const text = await this.#options.store.tenant(workspaceId).temporal.getConnection(connectionId);
    const isWanted = text !== null && text.isEnabled && text.coordinator === 'temporal';
    return isWanted && text.address === address && text.namespace === namespace;
  }
}

/** How Temporal's own client reaches the server of a connection. */
async function nativeOptions(
  { address, tls, serverName }: TemporalConnection,
  secrets: TemporalSecrets,
  resolve: SystemWorkersOptions['resolve'],
): Promise<NativeConnectionOptions> {
  const { hostname, port } = new URL(`http://${address}`);
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  const number = port === '' ? 80 : Number(port);
  const found = await resolve(host, number);
  const { apiKey, clientCertificate, clientKey, serverCa } = secrets;
  return {
    address: found.includes(':') ? `[${found}]:${number}` : `${found}:${number}`,
    ...(apiKey !== null && { apiKey }),
    ...(tls && {
      tls: {
        // What is connected to is an address; the certificate is for a name.
        serverNameOverride: serverName ?? host,
        ...(serverCa !== null && { serverRootCACertificate: Buffer.from(serverCa) }),
        ...(clientCertificate !== null &&
          clientKey !== null && {
            clientCertPair: { crt: Buffer.from(clientCertificate), key: Buffer.from(clientKey) },
          }),
      },
    }),
  };
}
