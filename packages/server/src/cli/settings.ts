import { StoreError } from '@flowprof/store';

import { StartError } from '../http/errors.ts';
import { CommandFailure, UsageError } from './errors.ts';

/** What keeps a server from starting, in one line: for wrong settings exit code 2, for anything else 1. */
export function startFailure(error: unknown): unknown {
  if (error instanceof StartError) {
    const isSetting = error.code === 'not_loopback' || error.code === 'address_unavailable';
    return isSetting ? new UsageError(error.message) : new CommandFailure(error.message);
  }
  if (!(error instanceof StoreError)) return error;
  return error.code === 'bad_database_url' ? new UsageError(error.message) : new CommandFailure(error.message);
}

/** The bytes that `FLOWPROF_JOURNAL_KEY` stands for: 64 hex digits or base64 of 32 bytes. @throws {UsageError} */
export function journalKeyOf(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || text === '') return undefined;
  const isHex = /^[0-9a-f]{64}$/iu.test(text);
  const key = Buffer.from(text, isHex ? 'hex' : 'base64');
  if (key.length === 32) return new Uint8Array(key);
  throw new UsageError('FLOWPROF_JOURNAL_KEY must be 32 bytes, as 64 hex digits or in base64');
}

/** Where people reach the server, as `FLOWPROF_PUBLIC_URL` says. @throws {UsageError} */
export function publicUrlOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (isUrl) return text.replace(/\/+$/, '');
  throw new UsageError('FLOWPROF_PUBLIC_URL must be an http or https URL');
}

/** The `host:port` pairs of a setting. @throws {UsageError} */
export function hostsOf(
  env: Readonly<Record<string, string | undefined>>,
  name: 'FLOWPROF_ALERT_HOSTS' | 'FLOWPROF_TEMPORAL_HOSTS',
): readonly string[] {
  const hosts = (env[name] ?? '').split(',').map((host) => host.trim());
  const given = hosts.filter((host) => host !== '');
  if (given.every((host) => /^[^\s/]+:\d{1,5}$/.test(host))) return given;
  throw new UsageError(`${name} must be pairs like localhost:9000, with commas between them`);
}
