import { readFileSync } from 'node:fs';
import {
  createFileRegistry,
  fromBinary,
  fromJson,
  toBinary,
  type DescMessage,
  type JsonObject,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { SeededRandom } from './random.ts';

const descriptors = new URL('../../fixtures/opentelemetry-proto/trace-service.binpb', import.meta.url);
const NAME = 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest';

/** The message of a request, as the published definitions describe it. */
export function requestSchema(): DescMessage {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
  const schema = registry.getMessage(NAME);
  if (schema === undefined) throw new Error(`no message ${NAME} in ${descriptors.pathname}`);
  return schema;
}

const SERVICES = ['frontend', 'checkout', 'cart', 'catalogue', 'payment', 'shipping', 'currency', 'email'];
const ROUTES = Array.from({ length: 12 }, (_, i) => `/api/v1/things-${i}/{id}`);
const STATEMENTS = Array.from(
  { length: 20 },
  (_, i) => `SELECT * FROM table_${i} WHERE id = $1 AND state = 'open' LIMIT 50`,
);
const SPANS_A_TRACE = 16;

type Json = JsonObject;

const text = (key: string, stringValue: string): Json => ({ key, value: { stringValue } });
const int = (key: string, value: number): Json => ({ key, value: { intValue: String(value) } });

function resourceOf(service: string): Json {
  return {
    attributes: [
      text('service.name', service),
      text('service.version', '2.4.1'),
      text('service.instance.id', `${service}-7d9f8b6c5-x2x9k`),
      text('telemetry.sdk.name', 'opentelemetry'),
      text('telemetry.sdk.language', 'nodejs'),
      text('telemetry.sdk.version', '2.11.0'),
      text('host.name', 'node-17'),
      int('process.pid', 4711),
    ],
  };
}

/** Attributes by the semantic conventions, of a server span or of a call to a database; the path is another each time. */
function attributesOf(random: SeededRandom, isServer: boolean): Json[] {
  const route = random.pick(ROUTES);
  if (!isServer) {
    return [
      text('db.system.name', 'postgresql'),
      text('db.namespace', 'shop'),
      text('db.operation.name', 'SELECT'),
      text('db.query.text', random.pick(STATEMENTS)),
      text('server.address', 'db.shop.svc'),
      int('server.port', 5432),
    ];
  }
  return [
    text('http.request.method', 'GET'),
    text('http.route', route),
    text('url.path', route.replace('{id}', random.hex(4))),
    text('url.scheme', 'https'),
    text('server.address', 'shop.svc'),
    int('server.port', 8443),
    int('http.response.status_code', 200),
    text('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)'),
    text('network.protocol.version', '1.1'),
  ];
}

/** One request of OTLP in JSON whose ids are in base64, with so many spans of eight services. */
function requestJson(spans: number): Json {
  const random = new SeededRandom(7);
  const base64 = (bytes: number): string => Buffer.from(random.hex(bytes), 'hex').toString('base64');
  const traces = Array.from({ length: Math.ceil(spans / SPANS_A_TRACE) }, () => base64(16));
  let at = 1_700_000_000_000_000_000n;
  return {
    resourceSpans: SERVICES.map((service, index) => ({
      resource: resourceOf(service),
      schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
      scopeSpans: [
        {
          scope: { name: '@opentelemetry/instrumentation-http', version: '0.221.0' },
          spans: Array.from({ length: spans / SERVICES.length }, (_, i): Json => {
            at += 137_000n;
            const isServer = i % 2 === 0;
            return {
              traceId: traces[(i * SERVICES.length + index) % traces.length] ?? '',
              spanId: base64(8),
              parentSpanId: base64(8),
              flags: 257,
              name: isServer ? `GET ${random.pick(ROUTES)}` : 'SELECT shop',
              kind: isServer ? 'SPAN_KIND_SERVER' : 'SPAN_KIND_CLIENT',
              startTimeUnixNano: String(at),
              endTimeUnixNano: String(at + 4_500_123n),
              attributes: attributesOf(random, isServer),
              ...(i % 4 === 0 && {
                events: [
                  { timeUnixNano: String(at + 1000n), name: 'cache.miss', attributes: [text('cache.key', 'items')] },
                ],
              }),
              ...(i % 20 === 0 && { status: { code: 'STATUS_CODE_ERROR', message: 'upstream timed out' } }),
            };
          }),
        },
      ],
    })),
  };
}

/** A request as exporters send it; the same each time. */
export function otlpRequest(schema: DescMessage, spans: number): Uint8Array {
  return toBinary(schema, fromJson(schema, requestJson(spans)));
}
