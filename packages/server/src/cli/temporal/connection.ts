import { readFileSync } from 'node:fs';

import type { TemporalCredentials, TemporalTarget } from '@flowprof/ingest/temporal';
import { Option, type Command } from 'commander';
import { z } from 'zod';

import { reasonOf, UsageError } from '../errors.ts';
import type { CliIo } from '../io.ts';

export const connectionSchema = z.object({
  namespace: z.string().min(1).default('default'),
  taskQueue: z.string().min(1).default('flowprof'),
  tls: z.boolean().default(false),
});

/** A Temporal server, and what one shows to be let in. */
export interface Cluster {
  readonly target: TemporalTarget;
  readonly credentials: TemporalCredentials;
}

/** The options of commands that connect to a Temporal server. */
export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--namespace <name>', 'the namespace on the Temporal server')
        .env('TEMPORAL_NAMESPACE')
        .default('default'),
    )
    .option('--task-queue <name>', 'the task queue of the workers', 'flowprof')
    .option('--tls', 'connect with TLS; so it is as well with an API key or certificates');
}

function fileOf(env: CliIo['env'], name: string): string | null {
  const file = env[name];
  if (file === undefined || file === '') return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${name}: cannot read ${file}: ${reasonOf(error)}`);
  }
}

/** The server of an address, with what the environment has for it. @throws {UsageError} */
export function clusterOf(
  address: string,
  { namespace, tls }: z.infer<typeof connectionSchema>,
  env: CliIo['env'],
): Cluster {
  if (!/^[^\s/]+?(:\d{1,5})?$/.test(address)) throw new UsageError(`${JSON.stringify(address)} is no host:port`);
  const credentials = {
    apiKey: env['TEMPORAL_API_KEY'] || null,
    clientCertificate: fileOf(env, 'TEMPORAL_TLS_CLIENT_CERT_PATH'),
    clientKey: fileOf(env, 'TEMPORAL_TLS_CLIENT_KEY_PATH'),
    serverCa: fileOf(env, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH'),
  };
  const { apiKey, clientCertificate, serverCa } = credentials;
  const isTls = tls || apiKey !== null || clientCertificate !== null || serverCa !== null;
  const target = { address, namespace, tls: isTls, serverName: env['TEMPORAL_TLS_SERVER_NAME'] || null };
  return { target, credentials };
}

/** The key that secrets are sealed with, of `FLOWPROF_TEMPORAL_KEY`: 32 bytes as 64 hex digits or base64. @throws {UsageError} */
export function sealKeyOf(env: CliIo['env']): Uint8Array | undefined {
  const text = env['FLOWPROF_TEMPORAL_KEY'];
  if (text === undefined || text === '') return undefined;
  const key = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
  if (key.length === 32) return key;
  throw new UsageError('FLOWPROF_TEMPORAL_KEY must be 32 bytes, as 64 hex digits or base64');
}

/** The same as Temporal's own library wants it. */
export function connectionOptions({ target, credentials }: Cluster): {
  address: string;
  tls?: {
    serverNameOverride?: string;
    serverRootCACertificate?: Buffer;
    clientCertPair?: { crt: Buffer; key: Buffer };
  };
  apiKey?: string;
} {
  const { apiKey, clientCertificate, clientKey, serverCa } = credentials;
  const tls = {
    ...(target.serverName !== null && { serverNameOverride: target.serverName }),
    ...(serverCa !== null && { serverRootCACertificate: Buffer.from(serverCa) }),
    ...(clientCertificate !== null &&
      clientKey !== null && { clientCertPair: { crt: Buffer.from(clientCertificate), key: Buffer.from(clientKey) } }),
  };
  return { address: target.address, ...(target.tls && { tls }), ...(apiKey !== null && { apiKey }) };
}
