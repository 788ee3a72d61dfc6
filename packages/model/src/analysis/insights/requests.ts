import type { JsonObject } from '../../json.ts';
import { NONE, type SpanTable } from '../../trace/trace.ts';

/** Where spans of requests say whom they ask, by the conductor and by OpenTelemetry's conventions, old and new. */
const URLS = ['url', 'url.full', 'http.url'];
const HOSTS = ['server.address', 'net.peer.name', 'http.host', 'peer.service'];

function textAt(metadata: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const value = metadata[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

/** The URL that a span asked for, where its metadata tells. */
export function urlIn(metadata: JsonObject): string | null {
  return textAt(metadata, URLS);
}

const HOST_OF_URL = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]+)/i;

/** The host that a span asked, where its metadata tells. */
export function hostIn(metadata: JsonObject): string | null {
  const host = HOST_OF_URL.exec(urlIn(metadata) ?? '')?.[1];
  return host ?? textAt(metadata, HOSTS);
}

/** How many spans a phase of a request may stand below it. */
const MOST_LEVELS = 3;

/** The span of the request that a phase of it belongs to: the nearest around it that names a host; else `NONE`. */
export function requestAround({ metadata, parent }: SpanTable, row: number): number {
  let at = row;
  for (let level = 0; level < MOST_LEVELS && at !== NONE; level++) {
    const own = metadata.get(at);
    if (own !== undefined && hostIn(own) !== null) return at;
    at = parent[at];
  }
  return NONE;
}

/** A number in metadata; null where there is none. */
export function numberIn(metadata: JsonObject | undefined, name: string): number | null {
  const value = metadata?.[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
