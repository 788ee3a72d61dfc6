import { allAtOnce } from '@flowprof/model';
import { layTraceOut } from './load/lay-trace-out.ts';
import { isLayoutRequest, replyOf } from './load/messages.ts';

/** Makes a worker the one of charts: it lays large traces out, so that the page does not wait. Called in its file. */
export function serveCharts(): void {
  globalThis.addEventListener('message', (event: MessageEvent<unknown>) => {
    const request = event.data;
    if (!isLayoutRequest(request)) return;
    const { reply, buffers } = replyOf(request, allAtOnce(layTraceOut(request.spans, request.now)));
    globalThis.postMessage(reply, { transfer: buffers });
  });
}
