import { createServer, type Server } from 'node:http';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

const GETTER = {
  keys: (carrier: NodeJS.Dict<string | string[]>): string[] => Object.keys(carrier),
  get: (carrier: NodeJS.Dict<string | string[]>, key: string): string | string[] | undefined => carrier[key],
};

/** A service as others write it: it takes up the trace of its caller with the SDK of OpenTelemetry and exports its spans. */
export class InstrumentedService {
  readonly #server: Server;
  readonly #provider: NodeTracerProvider;
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #tracer: Tracer;

  /** @param collector where it exports to, without `/v1/traces` */
  constructor(collector: string) {
    const exporter = new OTLPTraceExporter({ url: `${collector}/v1/traces` });
    this.#provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    this.#tracer = this.#provider.getTracer('service');
    this.#server = createServer((request, response) => {
      const caller = this.#propagator.extract(ROOT_CONTEXT, request.headers, GETTER);
      const span = this.#tracer.startSpan(`GET ${request.url}`, { kind: SpanKind.SERVER }, caller);
      const status = request.url === '/broken' ? 500 : 200;
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"stock":3}');
      if (status === 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** Exports what it has recorded. */
  flush(): Promise<void> {
    return this.#provider.forceFlush();
  }

  async close(): Promise<void> {
    await this.#provider.shutdown();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
