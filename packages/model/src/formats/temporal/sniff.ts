import { isProtobufHistory } from './reader.ts';

const TYPES = 'Workflow|Activity|Timer|Marker|Decision|Child|Signal|External|Nexus|Upsert|Start|Request|Unknown';
const EVENT_TYPE = new RegExp(`"(?:eventType|event_type|EventType)"\\s*:\\s*(?:\\d|"(?:EVENT_TYPE_|${TYPES}))`);
const EVENT_ID = /"(?:eventId|event_id|EventId)"\s*:/;
const ATTRIBUTES = /"[a-z_]+_?event_?attributes"\s*:/i;

/** How sure it is that a file which begins with this text is a Temporal history in JSON. */
export function sniffTemporal(head: string): number {
  if (!head.startsWith('{') && !head.startsWith('[')) return 0;
  const marks = [EVENT_TYPE, EVENT_ID, ATTRIBUTES].filter((mark) => mark.test(head)).length;
  if (marks === 3) return 0.9;
  return marks === 2 ? 0.8 : 0;
}

/** How sure it is that a file begins as a Temporal history in protobuf does. */
export function sniffTemporalBytes(bytes: Uint8Array): number {
  return isProtobufHistory(bytes) ? 0.75 : 0;
}
