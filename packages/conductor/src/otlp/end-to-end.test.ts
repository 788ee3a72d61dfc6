import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { traceIdOf } from '@flowprof/model';
import { createConductor } from '../conductor.ts';
import { InstrumentedService } from '../testing/instrumented-service.ts';
import { OtlpReceiver } from '../testing/otlp-receiver.ts';
import { otlpExporter } from './exporter.ts';

let receiver: OtlpReceiver;
let service: InstrumentedService;
beforeEach(async () => {
  receiver = await new OtlpReceiver().listen();
  service = await new InstrumentedService(receiver.url).listen();
});
afterEach(async () => {
  await service.close();
  await receiver.close();
});

async function runAgainstService(path: string, traceparent?: string) {
  const sink = otlpExporter({ url: receiver.url, compression: 'gzip' });
  const retry = { policy: 'fixed', maxAttempts: 2, delayMs: 1 } as const;
  const stock = { id: 'stock', type: 'http', with: { url: `${service.url}${path}` }, retry };
  const options = { sink, ...(traceparent !== undefined && { traceparent }) };
  const result = await createConductor().node.run({ name: 'orders', nodes: [stock] }, options);
  await sink.flush();
  await service.flush();
  return result;
}

const isServer = ({ kind }: { kind: string }) => kind === 'SPAN_KIND_SERVER';
const isClient = ({ kind }: { kind: string }) => kind === 'SPAN_KIND_CLIENT';

describe('the spans of a service that OpenTelemetry instruments', () => {
  it('join the run below the request that called it', async () => {
    const { recording, status } = await runAgainstService('/stock');
    expect(status).toBe('completed');
    const client = receiver.spans.find(isClient);
    const server = receiver.spans.find(isServer);
    expect(client).toMatchObject({ name: 'http_request', attributes: { 'http.response.status_code': 200n } });
    expect(server?.traceId).toBe(traceIdOf(recording.execution.id ?? ''));
    expect(server?.traceId).toBe(client?.traceId);
    expect(server?.parentSpanId).toBe(client?.spanId);
    expect(new Set(receiver.received.map(({ resourceSpans }) => resourceSpans[0]?.scopeSpans[0]?.scope.name))).toEqual(
      new Set(['@flowprof/conductor', 'service']),
    );
  });

  it('join each attempt on its own', async () => {
    const { status } = await runAgainstService('/broken');
    expect(status).toBe('failed');
    const clients = receiver.spans.filter(isClient).map(({ spanId }) => spanId);
    const servers = receiver.spans.filter(isServer).map(({ parentSpanId }) => parentSpanId);
    expect(clients).toHaveLength(2);
    expect(servers.toSorted()).toEqual(clients.toSorted());
  });

  it('join the trace of who called the run, as the run does', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await runAgainstService('/stock', `00-${traceId}-00f067aa0ba902b7-01`);
    const { spans } = receiver;
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(spans.find(isServer)?.parentSpanId).toBe(spans.find(isClient)?.spanId);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === '00f067aa0ba902b7')).toMatchObject([{ name: 'orders' }]);
  });
});
