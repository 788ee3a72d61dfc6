import type { RunTrigger, TriggerPhase } from '@flowprof/conductor';
import { toEpochMicros, toMicros, type EpochMicros, type JsonObject } from '@flowprof/model';
import { z } from 'zod';

/** The name of the node that a delivery to a webhook becomes. */
const NODE_NAME = 'webhook_trigger';

const schema = z.object({
  node_key: z.string(),
  received_us: z.number(),
  phases: z.array(
    z.object({
      name: z.string(),
      start_us: z.number(),
      end_us: z.number(),
      metadata: z.record(z.string(), z.number()),
    }),
  ),
});

/** How a delivery was received: what the run begins with, kept with the execution so that it does so again. */
export interface Receipt {
  readonly nodeKey: string;
  readonly receivedAt: EpochMicros;
  readonly phases: readonly (TriggerPhase & { readonly metadata: Readonly<Record<string, number>> })[];
}

/** A receipt as it is kept in the details of what started an execution. */
export function receiptToJson({ nodeKey, receivedAt, phases }: Receipt): JsonObject {
  return {
    node_key: nodeKey,
    received_us: receivedAt,
    phases: phases.map(({ name, start, end, metadata }) => ({ name, start_us: start, end_us: end, metadata })),
  };
}

/** What the run of an execution begins with; null where nothing but a request started it. */
export function runTriggerOf(details: JsonObject): RunTrigger | null {
  const kept = schema.safeParse(details['receipt']);
  if (!kept.success) return null;
  const { node_key: key, received_us: received, phases } = kept.data;
  return {
    key,
    name: NODE_NAME,
    receivedAt: toEpochMicros(received),
    phases: phases.map(({ name, start_us: start, end_us: end, metadata }) => ({
      name,
      start: toMicros(start),
      end: toMicros(end),
      metadata,
    })),
  };
}
