import { z } from 'zod';

import { systemTimers } from '../services/system.ts';
import { countOf } from '../terminal/quantity.ts';
import { harmless } from '../terminal/text.ts';
import type { ApiClient } from './api-client.ts';
import { withServer } from './connect.ts';
import { EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import { workspaceOf } from './remote.ts';

const optionsSchema = z.object({
  address: z.string().optional(),
  namespace: z.string(),
  tls: z.boolean().default(false),
  apiKey: z.string().optional(),
  query: z.string().optional(),
  codecUrl: z.string().optional(),
  webUrl: z.string().optional(),
  connection: z.string().optional(),
  workspace: z.string().optional(),
  once: z.boolean().default(false),
  json: z.boolean().default(false),
});
type Options = z.output<typeof optionsSchema>;

const connectionSchema = z.object({ id: z.string(), name: z.string(), address: z.string(), namespace: z.string() });
type Connection = z.output<typeof connectionSchema>;
const connectionsSchema = z.object({ items: z.array(connectionSchema) });

const syncedSchema = z.object({
  found: z.number(),
  changed: z.number(),
  waiting: z.number(),
  failing: z.number(),
});
type Synced = z.output<typeof syncedSchema>;

/** How long one request waits for executions to be synced, and how long it may take. */
const WAIT_SECONDS = 10;
const TIMEOUT_MS = 60_000;
/** How long is waited between two looks where everything is synced. */
const PAUSE_MS = 3000;
/** How often in a row as many may wait as before, until what goes on is let go on. */
const PATIENCE = 6;

/** What is said of the connection by options and environment. */
function wanted(options: Options, env: CliIo['env']): Record<string, unknown> {
  const apiKey = options.apiKey ?? (env['TEMPORAL_API_KEY'] || undefined);
  const authorization = env['TEMPORAL_CODEC_AUTH'] || undefined;
  const secrets = {
    ...(apiKey !== undefined && { api_key: apiKey }),
    ...(authorization !== undefined && { codec_authorization: authorization }),
  };
  return {
    ...(options.query !== undefined && { query: options.query }),
    ...(options.codecUrl !== undefined && { codec_url: options.codecUrl }),
    ...(options.webUrl !== undefined && { web_url: options.webUrl }),
    ...((options.tls || apiKey !== undefined) && { tls: true }),
    ...(Object.keys(secrets).length > 0 && { secrets }),
  };
}

function matches({ name, address, namespace }: Connection, options: Options): boolean {
  if (options.connection !== undefined) return name === options.connection;
  if (options.address === undefined) return true;
  return address === options.address.toLowerCase() && namespace === options.namespace;
}

interface Meant {
  readonly connection: Connection;
  /** Whether it was made for this. */
  readonly isNew: boolean;
}

/** The connection that is meant, made or changed as the options say. @throws {UsageError} where none or several could be */
async function connectionOf(api: ApiClient, path: string, options: Options, env: CliIo['env']): Promise<Meant> {
  const { items } = await api.call('GET', path, connectionsSchema);
  const [found, another] = items.filter((one) => matches(one, options));
  const { address, namespace } = options;
  const said = wanted(options, env);
  if (found === undefined) {
    if (address === undefined) throw new UsageError('there is no such connection; --address makes one');
    const name = options.connection ?? `${address} ${namespace}`;
    const json = { name, address, namespace, ...said };
    return { connection: await api.call('POST', path, connectionSchema, { json }), isNew: true };
  }
  if (another !== undefined) {
    const names = items.map(({ name }) => name).join(', ');
    throw new UsageError(`there are several connections; name one with --connection: ${names}`);
  }
  const moved = address !== undefined && options.connection !== undefined ? { address, namespace } : {};
  const change = { ...moved, ...said };
  if (Object.keys(change).length === 0) return { connection: found, isNew: false };
  const connection = await api.call('PUT', `${path}/${found.id}`, connectionSchema, { json: change });
  return { connection, isNew: false };
}

/** Syncs until nothing waits any more, or nothing but what goes on at Temporal. */
async function syncAll(
  look: () => Promise<Synced>,
  stop: AbortSignal,
  told: (synced: Synced) => void,
): Promise<Synced> {
  let synced = await look();
  for (let still = 0; synced.waiting > 0 && still < PATIENCE && !stop.aborted;) {
    told(synced);
    const next = await look();
    still = next.waiting < synced.waiting ? 0 : still + 1;
    synced = next;
  }
  return synced;
}

/** Syncs again and again what is new, until the signal fires. @returns what the last look gave; null where there was none */
async function follow(
  look: () => Promise<Synced>,
  stop: AbortSignal,
  told: (synced: Synced) => void,
): Promise<Synced | null> {
  let synced: Synced | null = null;
  try {
    while (!stop.aborted) {
      const isFirst = synced === null;
      synced = await syncAll(look, stop, told);
      if (isFirst || synced.changed > 0) told(synced);
      await systemTimers.sleep(PAUSE_MS, stop).catch(() => undefined);
    }
  } catch (error) {
    // What was under way when it was to end is broken off.
    if (!stop.aborted) throw error;
  }
  return synced;
}

function lineOf({ found, changed, waiting, failing }: Synced): string {
  const parts = [
    `${countOf(found, 'execution')} listed`,
    `${changed} new or changed`,
    ...(waiting > 0 ? [`${waiting} still to be synced`] : []),
    ...(failing > 0 ? [`${failing} could not be synced`] : []),
  ];
  return parts.join(', ');
}

/** Syncs the connection that is meant. @returns the exit code */
async function syncWith(
  api: ApiClient,
  workflowId: string | undefined,
  options: Options,
  io: CliIo,
  stop: AbortSignal,
): Promise<number> {
  const slug = encodeURIComponent(await workspaceOf(api, options.workspace));
  const path = `/api/v1/workspaces/${slug}/temporal/connections`;
  const { connection, isNew } = await connectionOf(api, path, options, io.env);
  const place = `${path}/${connection.id}`;
  const json = { wait_seconds: WAIT_SECONDS, ...(workflowId !== undefined && { workflow_id: workflowId }) };
  const request = { json, timeoutMs: TIMEOUT_MS, signal: stop };
  let isProven = !isNew;
  const look = async (): Promise<Synced> => {
    try {
      const synced = await api.call('POST', `${place}/sync`, syncedSchema, request);
      isProven = true;
      return synced;
    } catch (error) {
      // The server would try a mistyped address for ever.
      if (!isProven) await api.fetch('DELETE', place).catch(() => undefined);
      throw error;
    }
  };
  const progress = (synced: Synced): void => {
    if (!options.json) io.err.write(`${harmless(connection.name, io.err.terminal.unicode)}: ${lineOf(synced)}\n`);
  };
  const isFollowing = !options.once && workflowId === undefined;
  const synced = await (isFollowing ? follow : syncAll)(look, stop, progress);
  if (synced === null) return EXIT.fine;
  if (options.json) io.out.write(`${JSON.stringify({ connection: connection.name, ...synced }, null, 2)}\n`);
  else io.out.write(`${harmless(connection.name, io.out.terminal.unicode)}: ${lineOf(synced)}\n`);
  if (workflowId !== undefined && synced.found === 0) {
    io.err.write('flowprof: Temporal has no execution of that workflow id\n');
    return EXIT.failed;
  }
  return synced.failing > 0 ? EXIT.failed : EXIT.fine;
}

/** `flowprof sync temporal`. @returns the exit code */
export async function syncTemporalCommand(
  workflowId: string | undefined,
  options: unknown,
  io: CliIo,
): Promise<number> {
  const chosen = optionsSchema.parse(options);
  const stop = new AbortController();
  const stopListening = io.onInterrupt((signal) => {
    if (stop.signal.aborted) io.exitNow(signal === 'SIGINT' ? 130 : 143);
    stop.abort();
  });
  try {
    return await withServer({ mayCreate: false, endsItself: true }, io, (api) =>
      syncWith(api, workflowId, chosen, io, stop.signal),
    );
  } finally {
    stopListening();
  }
}
