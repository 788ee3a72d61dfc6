import { holderOf, inspectDatabase, StoreError, type DatabaseReport } from '@flowprof/store';

import { hasDatabase } from '../../services/data-folder.ts';
import { systemClock, systemRandom } from '../../services/system.ts';
import { journalKeyOf } from '../settings.ts';
import { fail, ok, warn, type Finding, type Situation } from './finding.ts';

const LEAST_VERSION = 15;
/** Connections that a server takes of the database: for requests, journals, the directory, notifications and its lease. */
const CONNECTIONS = 18;
const MUCH_SKEW_MS = 1000;

const ADVICE: Readonly<Record<string, string>> = {
  bad_database_url: 'DATABASE_URL is postgres://user:password@host:5432/database',
  data_dir_unreachable: 'give this user the folder, or choose another by FLOWPROF_DATA_DIR',
  embedded_unsupported: 'set DATABASE_URL to a PostgreSQL server',
  disk_full: 'make room on the disk of the data folder',
};

/** An error of the system or the driver, in words that help; the cause never holds the password. */
function causeOf(error: StoreError): string {
  const { cause } = error;
  const reason = cause instanceof Error ? cause.message : '';
  return reason === '' ? error.message : `${error.message} (${reason})`;
}

function checkServer({ serverVersion, majorVersion, hasCitus }: DatabaseReport, isEmbedded: boolean): Finding {
  const kind = isEmbedded ? 'embedded' : hasCitus ? 'with Citus' : 'by DATABASE_URL';
  const detail = `PostgreSQL ${serverVersion}, ${kind}`;
  return majorVersion >= LEAST_VERSION
    ? ok('database', detail)
    : fail('database', `${detail} is too old`, `use PostgreSQL ${LEAST_VERSION} or newer`);
}

function checkRoles({ owner, app, unprotected }: DatabaseReport, isEmbedded: boolean): Finding[] {
  const findings: Finding[] = [];
  const makeRole = `let an administrator run: CREATE ROLE flowprof_app NOLOGIN; GRANT flowprof_app TO ${owner.name};`;
  if (app === null) {
    findings.push(
      owner.mayCreateRoles || owner.isSuperuser
        ? ok('application role', 'flowprof_app is made at the first start')
        : fail('application role', `flowprof_app is missing and ${owner.name} may not make it`, makeRole),
    );
  } else if (app.isSafe) findings.push(ok('application role', 'flowprof_app cannot get around row level security'));
  else {
    const advice = 'let an administrator run: ALTER ROLE flowprof_app NOSUPERUSER NOBYPASSRLS;';
    findings.push(fail('application role', 'flowprof_app gets around row level security', advice));
  }
  if (owner.isSuperuser && !isEmbedded) {
    const advice = 'let another role own the database: a superuser sees all workspaces whatever the policies say';
    findings.push(warn('owner', `${owner.name} is a superuser or bypasses row level security`, advice));
  }
  findings.push(
    unprotected.length === 0
      ? ok('row level security', 'enabled and forced on every table of workspaces')
      : fail(
          'row level security',
          `not forced on ${unprotected.join(', ')}`,
          'ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; as the migrations do',
        ),
  );
  return findings;
}

function checkMigrations({ migrations }: DatabaseReport): Finding {
  const of = (state: string): number => migrations.filter((one) => one.state === state).length;
  const detail = `${of('applied')} applied, ${of('pending')} pending`;
  if (of('unknown') > 0)
    return fail(
      'migrations',
      `${of('unknown')} that this flowprof does not know`,
      'use the newer flowprof that applied them',
    );
  if (of('changed') > 0)
    return fail(
      'migrations',
      `${of('changed')} applied with another text`,
      'use the flowprof whose migrations they are',
    );
  return of('pending') === 0
    ? ok('migrations', detail)
    : warn('migrations', detail, 'the next start applies them; flowprof migrate does now');
}

function checkConnection({ sharesSessions, clockAheadMs, connections }: DatabaseReport): Finding[] {
  const { used, most } = connections;
  const free = most - used;
  const skew = `the database's clock is ${Math.abs(clockAheadMs)} ms ${clockAheadMs < 0 ? 'behind' : 'ahead'}`;
  return [
    sharesSessions
      ? fail(
          'sessions',
          'a pooler between here and the server shares sessions',
          'connect to PostgreSQL itself, or set pool_mode = session: locks and settings belong to a session',
        )
      : ok('sessions', 'each connection has a session of its own'),
    Math.abs(clockAheadMs) > MUCH_SKEW_MS
      ? warn('clocks', skew, 'let both machines keep time by NTP')
      : ok('clocks', skew),
    free < CONNECTIONS
      ? warn('connections', `${used} of ${most} in use`, `raise max_connections: a server takes up to ${CONNECTIONS}`)
      : ok('connections', `${used} of ${most} in use`),
  ];
}

function checkAlerts({ alerts }: DatabaseReport): Finding[] {
  if (alerts === null) return [];
  const { switchedOff, dead } = alerts;
  if (switchedOff + dead === 0)
    return [ok('alerts', 'no webhook is switched off, and nothing was given up in the last 7 days')];
  const detail =
    `${switchedOff} ${switchedOff === 1 ? 'webhook is' : 'webhooks are'} switched off by what the receiver answered, ` +
    `${dead} ${dead === 1 ? 'delivery was' : 'deliveries were'} given up in the last 7 days`;
  return [warn('alerts', detail, 'the page Alerts says why, and switches webhooks on again')];
}

/** How long an execution of Temporal may be due before that is worth a word, in seconds. */
const MUCH_LAG_S = 300;

function checkTemporal({ temporal }: DatabaseReport): Finding[] {
  if (temporal === null || temporal.connections === 0) return [];
  const { connections, failingConnections, waiting, waitingSeconds, failing } = temporal;
  const lag =
    waiting === 0
      ? 'nothing is behind'
      : `${waiting} executions are due, the first for ${Math.round(waitingSeconds)} s`;
  const detail = `${connections} ${connections === 1 ? 'connection' : 'connections'}, ${failingConnections} failing; ${lag}; ${failing} executions could not be synced`;
  const isWell = failingConnections + failing === 0 && waitingSeconds < MUCH_LAG_S;
  if (isWell) return [ok('temporal', detail)];
  return [
    warn(
      'temporal',
      detail,
      'the page Connections says what is wrong with each; a flowprof must run for them to be synced',
    ),
  ];
}

function checkJournalKey({ env }: Situation): Finding {
  const key = env['FLOWPROF_JOURNAL_KEY'];
  try {
    if (journalKeyOf(key))
      return ok('journal key', 'from FLOWPROF_JOURNAL_KEY; all servers of the database need the same');
  } catch (error) {
    return fail(
      'journal key',
      error instanceof Error ? error.message : String(error),
      'openssl rand -hex 32 makes one',
    );
  }
  if (!env['DATABASE_URL']) return ok('journal key', 'in the data folder; keep it with the data');
  return warn(
    'journal key',
    'in the data folder of this machine: another server cannot go on with what this one ran',
    'set FLOWPROF_JOURNAL_KEY to the same 32 bytes on all servers; openssl rand -hex 32 makes some',
  );
}

/** What the database has to be like. */
export async function checkDatabase(situation: Situation): Promise<Finding[]> {
  const { dataDir, env } = situation;
  const databaseUrl = env['DATABASE_URL'] || undefined;
  const isEmbedded = databaseUrl === undefined;
  const key = checkJournalKey(situation);
  if (isEmbedded && (await holderOf(dataDir)) !== null)
    return [ok('database', 'embedded, in use by the flowprof above; GET /readyz tells more'), key];
  if (isEmbedded && !hasDatabase(dataDir)) return [ok('database', 'embedded, made at the first start'), key];
  try {
    const shared = { dataDir, databaseUrl, clock: systemClock, random: systemRandom, log: () => undefined };
    const report = await inspectDatabase(shared);
    return [
      checkServer(report, isEmbedded),
      ...checkRoles(report, isEmbedded),
      checkMigrations(report),
      ...checkConnection(report),
      ...checkAlerts(report),
      ...checkTemporal(report),
      key,
    ];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const advice =
      ADVICE[error.code] ?? 'see that the server runs, lets this machine in, and that DATABASE_URL is right';
    return [fail('database', causeOf(error), advice), key];
  }
}
