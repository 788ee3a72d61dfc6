import { defaultPayloadConverter, type WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { NODE_HEADER } from './wire.ts';

/** What an activity is told of its node; undefined for an activity that is none. */
function nodeOf([work]: readonly unknown[]): unknown {
  return typeof work === 'object' && work !== null && 'node' in work ? work.node : undefined;
}

/** Gives each activity a header that says which node it is: unlike its argument, a codec does not seal that. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        const node = nodeOf(input.args);
        if (node === undefined) return next(input);
        return next({
          ...input,
          headers: { ...input.headers, [NODE_HEADER]: defaultPayloadConverter.toPayload(node) },
        });
      },
    },
  ],
});
