// A small service that is instrumented with the SDK of OpenTelemetry, as others write it. It answers GET /stock/<item>, takes up
// the trace of its caller and exports its spans to OTEL_EXPORTER_OTLP_ENDPOINT by OTEL_EXPORTER_OTLP_PROTOCOL. See README.md.
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const EXPORTERS = {
  'http/protobuf': '@opentelemetry/exporter-trace-otlp-proto',
  'http/json': '@opentelemetry/exporter-trace-otlp-http',
  grpc: '@opentelemetry/exporter-trace-otlp-grpc',
};

const protocol = process.env.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf';
const { OTLPTraceExporter } = await import(EXPORTERS[protocol]);
const processor = new BatchSpanProcessor(new OTLPTraceExporter(), { scheduledDelayMillis: 200 });
// the name in OTEL_SERVICE_NAME
const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
provider.register();
const tracer = trace.getTracer('stock', '1.0.0');

/** Does something within a span of its own, below the one that is active. */
function within(name, options, work) {
  return tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function look(item) {
  const attributes = { 'db.system.name': 'memory', 'db.query.text': 'SELECT count FROM stock WHERE item = $1' };
  return within('SELECT stock', { kind: SpanKind.CLIENT, attributes }, async (span) => {
    await wait(20);
    span.addEvent('cache.miss', { 'cache.key': item });
    if (item === 'nothing') throw new Error('there is no such item');
    return 3;
  });
}

const server = createServer((request, response) => {
  const caller = propagation.extract(context.active(), request.headers);
  const attributes = { 'http.request.method': request.method, 'url.path': request.url };
  void context.with(caller, () =>
    within('GET /stock/{item}', { kind: SpanKind.SERVER, attributes }, async () => {
      const count = await look(request.url.replace('/stock/', ''));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ count }));
    }).catch(() => response.writeHead(500).end()),
  );
});

server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});

process.on('SIGTERM', () => {
  server.close();
  void provider.shutdown().finally(() => process.exit(0));
});
