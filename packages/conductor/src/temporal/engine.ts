/** The part of the engine that runs inside a workflow of Temporal. It is loaded once and shared by all workflows. */
export type { Part, PartEnd, PartFailure, PartsElsewhere, RunningPart } from '../engine/part.ts';
export type { RunHost } from '../engine/request.ts';
export { Run } from '../engine/run.ts';
export type { StoppedOutcome } from '../engine/shared.ts';
export { NodeFailure } from '../errors.ts';
export { Definitions } from '../graph/definitions.ts';
export type { Graph } from '../graph/graph.ts';
export { prepareInput } from '../graph/input.ts';
export { isRetried } from '../graph/retry.ts';
export { delay } from '../nodes/delay.ts';
export { fail } from '../nodes/fail.ts';
export { builtIn } from '../nodes/registered.ts';
export { transform } from '../nodes/transform.ts';
export { Registry } from '../registry.ts';
export { allAtOnce } from '../slices.ts';
export { utf8Length } from '../utf8-length.ts';
