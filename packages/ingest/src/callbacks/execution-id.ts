import { createHash } from 'node:crypto';
import { isUuid } from '@flowprof/model';

/** The id of an execution here, and the one that its engine has for it where that is another. */
export interface ExecutionId {
  readonly id: string;
  readonly externalId: string | null;
}

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The id of an execution that its engine calls by a UUID or by any other id. The same id is always the same execution: of
 * one that is no UUID one is made (version 8, RFC 9562). The 32 hexadecimal digits of a trace id are those of the UUID, so
 * that the spans that an engine sends by OpenTelemetry join what it reports.
 */
export function executionIdOf(told: string): ExecutionId {
  if (isUuid(told)) return { id: told.toLowerCase(), externalId: null };
  if (/^[\da-f]{32}$/i.test(told) && !/^0+$/.test(told)) return { id: uuidOf(told.toLowerCase()), externalId: told };
  const hash = createHash('sha256').update(`callback\0${told}`).digest();
  hash.writeUInt8(0x80 | (hash.readUInt8(6) & 0x0f), 6);
  hash.writeUInt8(0x80 | (hash.readUInt8(8) & 0x3f), 8);
  return { id: uuidOf(hash.toString('hex', 0, 16)), externalId: told };
}
