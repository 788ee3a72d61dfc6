/** What of a live event matters to a page that reads the rest anew. */
export interface LiveEvent {
  readonly event: string;
  /** Counts up by one with each event of the workflow. */
  readonly seq: number;
  /** The execution that it is of; null for one that is of all, such as `reset`. */
  readonly executionId: string | null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Reads a message of the live events; null for what is none. Events that are not known yet are read too. */
export function readLiveEvent(message: unknown): LiveEvent | null {
  if (typeof message !== 'string') return null;
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value['event'] !== 'string' || typeof value['seq'] !== 'number') return null;
  const data = isRecord(value['data']) ? value['data'] : {};
  const id = data['execution_id'];
  return { event: value['event'], seq: value['seq'], executionId: typeof id === 'string' ? id : null };
}
