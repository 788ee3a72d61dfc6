import { isoFromEpoch } from '@flowprof/model';
import { holderOf, inspectDatabase, openStore, StoreError, type MigrationStatus } from '@flowprof/store';
import { z } from 'zod';

import { hasDatabase } from '../services/data-folder.ts';
import { systemClock, systemRandom } from '../services/system.ts';
import { styleOf } from '../terminal/style.ts';
import { CommandFailure, EXIT } from './errors.ts';
import type { CliIo } from './io.ts';
import { journalKeyOf, startFailure } from './settings.ts';

const optionsSchema = z.object({ dryRun: z.boolean().default(false), dataDir: z.string().min(1) });

function print(migrations: readonly MigrationStatus[], io: CliIo): void {
  const style = styleOf(io.out.terminal);
  const paints = { applied: style.green, pending: style.yellow, changed: style.red, unknown: style.red };
  for (const { version, name, state, appliedAt } of migrations) {
    const when = appliedAt === null ? '' : style.dim(isoFromEpoch(appliedAt));
    const number = String(version).padStart(6, '0');
    io.out.write(`${paints[state](state.padEnd(8))} ${number}  ${style.clean(name, 40).padEnd(22)} ${when}`.trimEnd());
    io.out.write('\n');
  }
}

/** @throws {CommandFailure} when what was applied is not what this flowprof has */
function requireKnown(migrations: readonly MigrationStatus[]): void {
  const odd = migrations.find(({ state }) => state === 'changed' || state === 'unknown');
  if (odd === undefined) return;
  const why =
    odd.state === 'unknown'
      ? 'which this flowprof does not know; use a newer flowprof'
      : 'with another text than this flowprof has';
  throw new CommandFailure(`the database has migration ${odd.version} (${odd.name}), ${why}`);
}

async function stateOf(dataDir: string, io: CliIo): Promise<readonly MigrationStatus[]> {
  const databaseUrl = io.env['DATABASE_URL'] || undefined;
  const shared = { dataDir, databaseUrl, clock: systemClock, random: systemRandom, log: () => undefined };
  return (await inspectDatabase(shared)).migrations;
}

async function bringUpToDate(dataDir: string, io: CliIo): Promise<number> {
  let applied = 0;
  const store = await openStore({
    dataDir,
    databaseUrl: io.env['DATABASE_URL'] || undefined,
    journalKey: journalKeyOf(io.env['FLOWPROF_JOURNAL_KEY']),
    clock: systemClock,
    random: systemRandom,
    log: ({ type }) => {
      if (type === 'migration_applied') applied++;
    },
  });
  await store.close();
  return applied;
}

/** `flowprof migrate`: brings the database up to date, or says what that would do. Returns the exit code. */
export async function migrateCommand(options: unknown, io: CliIo): Promise<number> {
  const { dryRun, dataDir } = optionsSchema.parse(options);
  const isEmbedded = !io.env['DATABASE_URL'];
  const holder = isEmbedded ? await holderOf(dataDir) : null;
  if (holder) {
    const where = holder.url ?? `process id ${holder.pid}`;
    io.out.write(`nothing to do: flowprof (${where}) holds ${dataDir} and brought it up to date when it started\n`);
    return EXIT.fine;
  }
  if (isEmbedded && dryRun && !hasDatabase(dataDir)) {
    io.out.write(`there is no database in ${dataDir} yet; it would be made with every migration\n`);
    return EXIT.fine;
  }
  try {
    if (dryRun) {
      const migrations = await stateOf(dataDir, io);
      print(migrations, io);
      requireKnown(migrations);
      const pending = migrations.filter(({ state }) => state === 'pending').length;
      io.out.write(pending === 0 ? 'up to date\n' : `${pending} to apply; flowprof migrate does\n`);
      return EXIT.fine;
    }
    const applied = await bringUpToDate(dataDir, io);
    print(await stateOf(dataDir, io), io);
    io.out.write(applied === 0 ? 'up to date; nothing to apply\n' : `${applied} applied; up to date\n`);
    return EXIT.fine;
  } catch (error) {
    throw error instanceof StoreError ? startFailure(error) : error;
  }
}
