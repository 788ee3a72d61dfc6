import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { textIn } from '../../otlp/tags.ts';
import { isJsonArray } from '../json-reader.ts';

/** The core annotations of version 1: which side of a call notes its begin and end by which. */
const SIDES = [
  { kind: 'CLIENT', begin: 'cs', end: 'cr' },
  { kind: 'SERVER', begin: 'sr', end: 'ss' },
  { kind: 'PRODUCER', begin: 'ms', end: 'ms' },
  { kind: 'CONSUMER', begin: 'mr', end: 'mr' },
] as const;

const CORE: ReadonlySet<string> = new Set(['cs', 'cr', 'sr', 'ss', 'ms', 'mr', 'ws', 'wr']);

interface Mark {
  readonly value: string;
  readonly timestamp: number;
  readonly endpoint: JsonValue;
  readonly source: JsonObject;
}

function marksOf(record: JsonObject): Mark[] {
  const annotations = record['annotations'];
  if (!isJsonArray(annotations)) return [];
  return annotations.filter(isJsonObject).map((source) => ({
    value: textIn(source['value']) ?? '',
    timestamp: Number(source['timestamp']),
    endpoint: source['endpoint'] ?? null,
    source,
  }));
}

function isVersion1(record: JsonObject, marks: readonly Mark[]): boolean {
  if (record['binaryAnnotations'] !== undefined) return true;
  return record['kind'] === undefined && marks.some(({ value, endpoint }) => CORE.has(value) && endpoint !== null);
}

/** Binary annotations as tags; those that are an address (`sa`, `ca`) are the endpoint of the other side. */
function tagsOf(record: JsonObject): {
  readonly tags: JsonObject;
  readonly remote: JsonValue;
  readonly local: JsonValue;
} {
  const fields: [string, JsonValue][] = [];
  let remote: JsonValue = null;
  let local: JsonValue = null;
  const list = record['binaryAnnotations'];
  for (const one of isJsonArray(list) ? list : []) {
    if (!isJsonObject(one)) continue;
    const key = textIn(one['key']);
    if (key === null) continue;
    if (key === 'sa' || key === 'ca' || key === 'ma') remote = one['endpoint'] ?? null;
    else {
      fields.push([key, one['value'] ?? null]);
      local ??= one['endpoint'] ?? null;
    }
  }
  return { tags: Object.fromEntries(fields), remote, local };
}

/**
 * A record of Zipkin as records of version 2. Those of version 1, in which the sides of a call are noted by annotations
 * (`cs`, `sr`, ...) with endpoints of their own, become one for each side; others are returned as they are.
 */
export function fromVersion1(record: JsonObject): JsonObject[] {
  const marks = marksOf(record);
  if (!isVersion1(record, marks)) return [record];
  const { tags, remote, local } = tagsOf(record);
  const others = marks.filter(({ value }) => !CORE.has(value)).map(({ source }) => source);
  const sides: JsonObject[] = [];
  for (const { kind, begin, end } of SIDES) {
    const first = marks.find(({ value }) => value === begin);
    const last = marks.find(({ value }) => value === end);
    const known = first ?? last;
    if (known === undefined) continue;
    const isOwn = sides.length === 0;
    sides.push({
      ...record,
      annotations: isOwn ? others : [],
      kind,
      localEndpoint: known.endpoint,
      remoteEndpoint: remote,
      tags: isOwn ? tags : {},
      shared: !isOwn,
      timestamp: first?.timestamp ?? (isOwn ? (record['timestamp'] ?? null) : null),
      duration:
        first && last && begin !== end ? last.timestamp - first.timestamp : isOwn ? (record['duration'] ?? null) : null,
    });
  }
  if (sides.length > 0) return sides;
  const endpoint = marks.find((mark) => mark.endpoint !== null)?.endpoint ?? local;
  return [{ ...record, annotations: others, localEndpoint: endpoint, remoteEndpoint: remote, tags }];
}
