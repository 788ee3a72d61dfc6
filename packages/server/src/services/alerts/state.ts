import { FRESH_ALERT, toEpochMicros, type AlertState, type JsonObject } from '@flowprof/model';
import { z } from 'zod';

const stateShape = z.object({
  status: z.enum(['ok', 'firing']),
  breaches: z.int().min(0),
  fine: z.int().min(0),
  judged: z.array(z.object({ id: z.string(), isBad: z.boolean() })),
  newestEnd: z.number().transform(toEpochMicros).nullable(),
});

/** What a rule remembers, as it was kept; one that cannot be read remembers nothing. */
export function readState(kept: JsonObject): AlertState {
  return stateShape.safeParse(kept).data ?? FRESH_ALERT;
}

/** The same as JSON. */
export function writeState({ judged, ...state }: AlertState): JsonObject {
  return { ...state, judged: judged.map(({ id, isBad }) => ({ id, isBad })) };
}
