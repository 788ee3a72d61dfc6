import { holderOf, openStore } from '@flowprof/store';
import { z } from 'zod';

import { createLogger } from '../../http/log.ts';
import { VERSION } from '../../http/openapi.ts';
import { Metrics } from '../../services/metrics.ts';
import { systemClock, systemRandom, systemTimers } from '../../services/system.ts';
import { openTemporalServices } from '../../services/temporal/open.ts';
import { ThreadPool } from '../../services/threads/pool.ts';
import { CommandFailure, EXIT } from '../errors.ts';
import type { CliIo } from '../io.ts';
import { hostsOf, journalKeyOf, startFailure } from '../settings.ts';

const optionsSchema = z.object({ dataDir: z.string().min(1) });

/** A thread that makes executions of histories. */
const THREADS = { threads: 1, waiting: 64, maxHeapMb: 2048, endAfterUse: false };

/** Fires at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function untilInterrupted(io: CliIo): AbortSignal {
  const stop = new AbortController();
  io.onInterrupt((signal) => {
    if (stop.signal.aborted) return io.exitNow(signal === 'SIGINT' ? 130 : 143);
    io.err.write('flowprof: stopping; once more to stop at once\n');
    stop.abort();
  });
  return stop.signal;
}

/** `flowprof worker system`: syncs Temporal servers until interrupted. Returns the exit code. */
export async function systemWorkerCommand(options: unknown, io: CliIo): Promise<number> {
  const { dataDir } = optionsSchema.parse(options);
  const databaseUrl = io.env['DATABASE_URL'] || undefined;
  const journalKey = journalKeyOf(io.env['FLOWPROF_JOURNAL_KEY']);
  const allow = hostsOf(io.env, 'FLOWPROF_TEMPORAL_HOSTS');
  const holder = databaseUrl === undefined ? await holderOf(dataDir) : null;
  if (holder) {
    const where = holder.url ?? `process id ${holder.pid}`;
    throw new CommandFailure(
      `flowprof (${where}) holds ${dataDir} and does this work itself; set DATABASE_URL to share it`,
    );
  }
  const signal = untilInterrupted(io);
  const logger = createLogger(io.env['FLOWPROF_LOG'] ?? 'warn');
  const surroundings = { clock: systemClock, random: systemRandom, timers: systemTimers, logger };
  const store = await openStore({
    ...surroundings,
    dataDir,
    databaseUrl,
    journalKey,
    log: (event) => logger.info(event, 'database'),
  }).catch((error: unknown) => {
    throw startFailure(error);
  });
  const pool = new ThreadPool(THREADS);
  const { systemWorkers, closeTemporal } = openTemporalServices({
    ...surroundings,
    store,
    pool,
    metrics: new Metrics(VERSION),
    // Who made the connections reaches servers that may listen for anyone: nothing private but what is named.
    egress: { allow, isLocal: false },
  });
  try {
    const working = systemWorkers.run(signal);
    io.out.write('flowprof works on system-workflows-queue\n  Ctrl-C stops it\n');
    await working;
    return EXIT.fine;
  } finally {
    closeTemporal();
    await pool.close();
    await store.close();
  }
}
