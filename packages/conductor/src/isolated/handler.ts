import type { JsonValue } from '@flowprof/model';
import type { NodeContext } from '../node-type.ts';

/**
 * What a handler in a thread of its own can use. `traceparent` is that of the attempt, and phases are recorded with the
 * times that they have in the thread. There are no connections of the run to use, and no time limits for parts.
 */
export type IsolatedContext = Omit<NodeContext, 'http' | 'limit'>;

/** What the module of `isolated` exports as its default. */
export type IsolatedHandler<P> = (params: P, context: IsolatedContext) => JsonValue | Promise<JsonValue>;
