import { CHECK_STEPS } from '@flowprof/ingest/temporal';
import { isoFromEpoch, type Clock } from '@flowprof/model';
import type { TemporalConnection, TemporalConnectionText, TemporalSecrets } from '@flowprof/store';
import { z } from 'zod';
import { displayName, isoOrNull, timestamp } from './common.ts';

const MAX_SECRET = 65_536;

/** A frontend of a Temporal server: a name or an address, and its port. */
const address = z
  .string()
  .trim()
  .max(255)
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]):(?!0+$)\d{1,5}$/)
  .describe('`host:port` of the frontend, e.g. `temporal.example.org:7233`');
const namespace = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[\w.-]+$/);
const serverName = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^[\w.-]+$/)
  .nullable()
  .describe('The name that the certificate of the server is for; null for that of its address');

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}

const webUrl = z
  .string()
  .trim()
  .max(1000)
  .refine(isPlainUrl, { params: { expected: 'an http or https URL without a name and password' } });
const codecUrl = webUrl
  .nullable()
  .describe('A codec server that payloads are read through: they are posted to `<url>/decode`; null for none');
const pagesUrl = webUrl.nullable().describe('Where Temporal’s own pages are, for links; null for none');
const query = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .nullable()
  .describe('What is synced, in Temporal’s list filter, e.g. `WorkflowType = "Order"`; null for all');
const backfillDays = z.int().min(0).max(3650).describe('How many days back the first sync goes');
const coordinator = z
  .enum(['in_process', 'temporal'])
  .describe('What runs the sync in the background: this server, or a system workflow on the Temporal server itself');

const secret = z.string().min(1).max(MAX_SECRET).nullable();

/** What must not be shown again. What is absent stays as it is; null removes it. */
const secretsBody = z
  .strictObject({
    api_key: secret.optional(),
    client_certificate: secret.optional().describe('In PEM'),
    client_key: secret.optional().describe('In PEM'),
    server_ca: secret.optional().describe('In PEM; for a server whose certificate no public authority has signed'),
    codec_authorization: secret.optional().describe('The `Authorization` header for the codec server'),
  })
  .describe('Kept sealed and never shown again. What is absent stays as it is; null removes it');

export const newTemporalConnectionBody = z.strictObject({
  name: displayName,
  address,
  namespace: namespace.default('default'),
  tls: z.boolean().default(false),
  server_name: serverName.default(null),
  codec_url: codecUrl.default(null),
  web_url: pagesUrl.default(null),
  enabled: z.boolean().default(true).describe('Whether executions are synced in the background'),
  query: query.default(null),
  backfill_days: backfillDays.default(7),
  coordinator: coordinator.default('in_process'),
  secrets: secretsBody.default({}),
});

export const temporalConnectionChangeBody = z.strictObject({
  name: displayName.optional(),
  address: address
    .optional()
    .describe('With another address, secrets for the server that are not given anew are forgotten'),
  namespace: namespace.optional(),
  tls: z.boolean().optional(),
  server_name: serverName.optional(),
  codec_url: codecUrl.optional(),
  web_url: pagesUrl.optional(),
  enabled: z.boolean().optional(),
  query: query.optional(),
  backfill_days: backfillDays.optional(),
  coordinator: coordinator.optional(),
  secrets: secretsBody.optional(),
});

const syncError = z.object({ code: z.string().describe('Stable; see docs/temporal.md'), message: z.string() });
const count = z.int().min(0);

const syncStateShape = z
  .object({
    state: z
      .enum(['off', 'waiting', 'failing', 'behind', 'up_to_date'])
      .describe(
        '`off`: not enabled; `waiting`: nothing was listed yet; `failing`: the connection itself does not work; `behind`: executions have been due for more than a minute',
      ),
    listed_until: timestamp.nullable().describe('Executions that began or ended before then are known'),
    last_listed_at: timestamp.nullable(),
    error: syncError.extend({ at: timestamp }).nullable().describe('What is wrong with the connection itself'),
    runs: count.describe('How many executions of it are known'),
    waiting: count.describe('How many are due or under way'),
    failing: count.describe('How many could not be synced when that was tried last'),
    lag_ms: z.number().min(0).nullable().describe('For how long the one has been due that waits longest'),
  })
  .meta({ id: 'TemporalSyncState' });

export const temporalConnectionShape = z
  .object({
    id: z.string(),
    name: z.string(),
    address: z.string(),
    namespace: z.string(),
    tls: z.boolean(),
    server_name: z.string().nullable(),
    codec_url: z.string().nullable(),
    web_url: z.string().nullable(),
    enabled: z.boolean(),
    query: z.string().nullable(),
    backfill_days: z.int(),
    coordinator,
    has_secrets: z
      .object({
        api_key: z.boolean(),
        client_certificate: z.boolean(),
        client_key: z.boolean(),
        server_ca: z.boolean(),
        codec_authorization: z.boolean(),
      })
      .describe('Which secrets are kept'),
    sync: syncStateShape,
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'TemporalConnection' });

export const temporalConnectionsShape = z.object({ items: z.array(temporalConnectionShape), total: count });

export const temporalCheckShape = z
  .object({
    ok: z.boolean().describe('Whether executions can be listed and read, and payloads decoded'),
    server_version: z.string().nullable(),
    retention_days: z.number().min(0).nullable().describe('How long Temporal keeps executions that have ended'),
    latency_ms: z.number().min(0).nullable().describe('Of a short request, there and back'),
    can_list: z.boolean(),
    steps: z
      .array(z.object({ step: z.enum(CHECK_STEPS), error: syncError.nullable() }))
      .describe('What was tried, in order; nothing comes after a `connect` that failed'),
    codec: z.enum(['none', 'ok', 'failing']).describe('The codec server'),
    error: syncError.nullable().describe('The first of what is wrong'),
  })
  .meta({ id: 'TemporalCheck' });

export const temporalSyncBody = z
  .strictObject({
    workflow_id: z.string().min(1).max(1000).optional().describe('Only executions of this workflow id'),
    wait_seconds: z.int().min(0).max(60).default(20).describe('How long the answer may wait for what was found'),
  })
  .nullish();

export const temporalSyncedShape = z
  .object({
    found: count.describe('How many executions Temporal listed, of 10,000 at most'),
    changed: count.describe('How many of them were new or have changed'),
    waiting: count.describe('How many are still due or under way: of the connection, or of the workflow id'),
    failing: count.describe('How many could not be synced: of the connection, or of the workflow id'),
  })
  .meta({ id: 'TemporalSynced' });

const relatedRun = z.object({
  workflow_id: z.string().nullable(),
  run_id: z.string(),
  execution_id: z.string().nullable().describe('Null where it is not synced'),
  link: z.string().nullable().describe('To Temporal’s own page'),
});

/** What an execution that Temporal ran has besides. */
export const temporalPartShape = z
  .object({
    connection_id: z.string(),
    connection_name: z.string(),
    namespace: z.string(),
    workflow_id: z.string(),
    run_id: z.string(),
    workflow_type: z.string(),
    task_queue: z.string().nullable(),
    status: z.string().describe('Temporal’s word: `running`, `completed`, `continued_as_new`, …'),
    link: z.string().nullable().describe('To Temporal’s own page; null where `web_url` is not set'),
    history_length: count.nullable(),
    events: count.describe('How many events are kept'),
    synced_at: timestamp.nullable(),
    is_complete: z
      .boolean()
      .describe('Whether it has ended, with all of its events kept: nothing more is to be synced'),
    sync: z
      .enum(['fresh', 'stale', 'failing'])
      .describe('`stale`: it may have gone on since; `failing`: it could not be synced when that was tried last'),
    error: syncError.nullable().describe('Why it could not be synced'),
    parent: relatedRun.nullable(),
    root: relatedRun.nullable().describe('That of the whole tree; null where it is this one'),
    chain: z
      .object({
        first: relatedRun.nullable(),
        previous: relatedRun.nullable(),
        next: relatedRun.nullable(),
        reason: z
          .string()
          .nullable()
          .describe('Why there is a run before: `continue_as_new`, `retry`, `cron`, `reset`; null where there is none'),
      })
      .describe('The runs before and after it under the same workflow id'),
    children: z
      .array(relatedRun.extend({ workflow_type: z.string(), status: z.string(), started_at: timestamp.nullable() }))
      .describe('Up to 100'),
    children_left_out: count,
  })
  .meta({ id: 'TemporalExecution' });

type ConnectionBody = z.output<typeof temporalConnectionChangeBody>;

/** What is said of a connection in a request, in the store's words. */
export function textOf(body: ConnectionBody): Partial<TemporalConnectionText> {
  return {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.address !== undefined && { address: body.address.toLowerCase() }),
    ...(body.namespace !== undefined && { namespace: body.namespace }),
    ...(body.tls !== undefined && { tls: body.tls }),
    ...(body.server_name !== undefined && { serverName: body.server_name }),
    ...(body.codec_url !== undefined && { codecUrl: body.codec_url }),
    ...(body.web_url !== undefined && { webUrl: body.web_url }),
    ...(body.enabled !== undefined && { isEnabled: body.enabled }),
    ...(body.query !== undefined && { query: body.query }),
    ...(body.backfill_days !== undefined && { backfillDays: body.backfill_days }),
    ...(body.coordinator !== undefined && { coordinator: body.coordinator }),
  };
}

/** The secrets in a request. */
export function secretsOf(given: ConnectionBody['secrets'] = {}): Partial<TemporalSecrets> {
  return {
    ...(given.api_key !== undefined && { apiKey: given.api_key }),
    ...(given.client_certificate !== undefined && { clientCertificate: given.client_certificate }),
    ...(given.client_key !== undefined && { clientKey: given.client_key }),
    ...(given.server_ca !== undefined && { serverCa: given.server_ca }),
    ...(given.codec_authorization !== undefined && { codecAuthorization: given.codec_authorization }),
  };
}

/** So long may the longest-waiting execution be due before a connection counts as behind. */
const BEHIND_US = 60_000_000;

function syncStateOf({ isEnabled, sync }: TemporalConnection, clock: Clock): z.output<typeof syncStateShape> {
  const { listedUntil, lastListedAt, error, runs, waiting, failing, oldestDueAt } = sync;
  const lag = oldestDueAt === null ? null : Math.max(0, clock.now() - oldestDueAt);
  const stateOf = () => {
    if (error !== null) return 'failing';
    if (!isEnabled) return 'off';
    if (lastListedAt === null) return 'waiting';
    return lag !== null && lag > BEHIND_US ? 'behind' : 'up_to_date';
  };
  return {
    state: stateOf(),
    listed_until: isoOrNull(listedUntil),
    last_listed_at: isoOrNull(lastListedAt),
    error: error === null ? null : { code: error.code, message: error.message, at: isoFromEpoch(error.at) },
    runs,
    waiting,
    failing,
    lag_ms: lag === null ? null : lag / 1000,
  };
}

export function toTemporalConnection(
  connection: TemporalConnection,
  clock: Clock,
): z.output<typeof temporalConnectionShape> {
  const { has } = connection;
  return {
    id: connection.id,
    name: connection.name,
    address: connection.address,
    namespace: connection.namespace,
    tls: connection.tls,
    server_name: connection.serverName,
    codec_url: connection.codecUrl,
    web_url: connection.webUrl,
    enabled: connection.isEnabled,
    query: connection.query,
    backfill_days: connection.backfillDays,
    coordinator: connection.coordinator,
    has_secrets: {
      api_key: has.apiKey,
      client_certificate: has.clientCertificate,
      client_key: has.clientKey,
      server_ca: has.serverCa,
      codec_authorization: has.codecAuthorization,
    },
    sync: syncStateOf(connection, clock),
    created_at: isoFromEpoch(connection.createdAt),
    updated_at: isoFromEpoch(connection.updatedAt),
  };
}
