import type { Timers } from '@flowprof/conductor';
import type { Clock, RandomBytes } from '@flowprof/model';
import type { Store } from '@flowprof/store';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import type { ThreadPool } from '../threads/pool.ts';
import { TemporalClients } from './clients.ts';
import { ConnectionSync } from './connection-sync.ts';
import { TemporalConnectionService } from './connections.ts';
import { InProcessCoordinator } from './coordinator.ts';
import { TemporalDetails } from './details.ts';
import { Egress, type EgressOptions } from './egress.ts';
import { RunMaker } from './run-maker.ts';
import { RunSync } from './run-sync.ts';
import { TemporalSync } from './sync.ts';
import { systemBundle } from './system/bundle.ts';
import { SystemWorkers } from './system/workers.ts';

export interface TemporalParts {
  readonly store: Store;
  readonly pool: Pick<ThreadPool, 'use'>;
  readonly metrics: Pick<Metrics, 'temporalSynced' | 'temporalListed'>;
  readonly egress: EgressOptions;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** What follows Temporal servers. */
export function openTemporalServices(parts: TemporalParts) {
  const { pool, metrics, egress, clock } = parts;
  const stopping = new AbortController();
  const guard = new Egress(egress);
  const clients = new TemporalClients(guard);
  const runs = new RunSync({
    ...parts,
    clients,
    maker: new RunMaker(pool),
    count: (outcome, events, seconds) => metrics.temporalSynced(outcome, events, seconds),
  });
  const connectionSync = new ConnectionSync({
    ...parts,
    clients,
    runs,
    count: (outcome) => metrics.temporalListed(outcome),
  });
  const coordinator = new InProcessCoordinator({ ...parts, sync: connectionSync });
  const systemWorkers = new SystemWorkers({
    ...parts,
    work: connectionSync,
    resolve: (host, port) => guard.resolve(host, port),
    bundle: systemBundle,
  });
  const temporalSync = new TemporalSync({
    ...parts,
    clients,
    sync: connectionSync,
    signal: stopping.signal,
    onDue: (connectionId) => coordinator.wake(connectionId),
  });
  return {
    coordinator,
    /** Work for the coordinators that are workflows on Temporal servers. */
    systemWorkers,
    temporalSync,
    temporalDetails: new TemporalDetails(temporalSync, clock),
    temporalConnections: new TemporalConnectionService({
      changed: (_, connectionId) => {
        clients.forget(connectionId);
        connectionSync.hurry(connectionId);
        coordinator.wake(connectionId);
        systemWorkers.wake();
      },
    }),
    /** Ends what somebody waits for, and all connections. */
    closeTemporal: () => {
      stopping.abort();
      clients.close();
    },
  };
}
