import { randomFillSync } from 'node:crypto';
import { ProtobufWriter } from './protobuf.ts';

/** A shop of six services: what a request to its first page comes to. Depth first; the number is the depth below the root. */
const SHAPE: readonly (readonly [
  depth: number,
  service: number,
  name: string,
  kind: 'server' | 'client' | 'db' | 'inner',
])[] = [
  [0, 0, 'POST /checkout', 'server'],
  [1, 0, 'session.load', 'inner'],
  [2, 0, 'GET', 'db'],
  [1, 0, 'GET /cart/{user_id}', 'client'],
  [2, 1, 'GET /cart/{user_id}', 'server'],
  [3, 1, 'SELECT carts', 'db'],
  [3, 1, 'cart.price', 'inner'],
  [4, 1, 'POST /quotes', 'client'],
  [5, 2, 'POST /quotes', 'server'],
  [6, 2, 'SELECT products', 'db'],
  [6, 2, 'SELECT prices', 'db'],
  [6, 2, 'quote.sum', 'inner'],
  [1, 0, 'POST /orders', 'client'],
  [2, 3, 'POST /orders', 'server'],
  [3, 3, 'order.validate', 'inner'],
  [3, 3, 'INSERT orders', 'db'],
  [3, 3, 'POST /payments', 'client'],
  [4, 4, 'POST /payments', 'server'],
  [5, 4, 'payment.fraud_check', 'inner'],
  [5, 4, 'SELECT cards', 'db'],
  [5, 4, 'POST /v1/charges', 'client'],
  [5, 4, 'INSERT payments', 'db'],
  [3, 3, 'orders publish', 'inner'],
  [3, 3, 'POST /shipments', 'client'],
  [4, 5, 'POST /shipments', 'server'],
  [5, 5, 'SELECT warehouses', 'db'],
  [5, 5, 'shipment.route', 'inner'],
  [5, 5, 'INSERT shipments', 'db'],
  [1, 0, 'mail.render', 'inner'],
  [1, 0, 'session.save', 'db'],
];
const SERVICES = ['frontend', 'cart', 'quotes', 'orders', 'payments', 'shipping'] as const;

const MS = 1_000_000n;
/** The spans of a template start in 2023: their nanoseconds, and the highest two bytes of these. */
const TEMPLATE_START = 1_700_000_000_000n * MS;
const EPOCH = Number(TEMPLATE_START >> 48n);

function attribute(into: ProtobufWriter, field: number, key: string, value: string | number): void {
  into.message(field, (pair) => {
    pair.text(1, key);
    pair.message(2, (any) => (typeof value === 'string' ? any.text(1, value) : any.number(3, value)));
  });
}

/** Places in a body that differ from request to request: 16 bytes of a trace's id, its 16 hex digits, times. */
interface Patches {
  readonly traceIds: { readonly at: number; readonly trace: number }[];
  readonly digits: { readonly at: number; readonly trace: number }[];
  readonly times: number[];
}

/** A request that can be made another one by writing ids and times into it. */
export interface Template {
  readonly body: Buffer;
  readonly spans: number;
  readonly traces: number;
  readonly patches: Patches;
}

/** What stands where ids of traces are to be written: found again by these bytes. */
function markOf(trace: number): Buffer {
  const mark = Buffer.alloc(16, 0xa7);
  mark.writeUInt32BE(trace, 12);
  return mark;
}

function digitsOf(trace: number): string {
  return `feedfeed${trace.toString(16).padStart(8, '0')}`;
}

function attributesOf(span: ProtobufWriter, position: number, trace: number): void {
  const [, service, name, kind] = SHAPE[position] ?? [0, 0, '', 'inner'];
  const user = digitsOf(trace);
  const add = (key: string, value: string | number): void => attribute(span, 9, key, value);
  add('thread.id', 17 + (trace % 8));
  add('thread.name', `http-worker-${trace % 8}`);
  if (kind === 'server' || kind === 'client') {
    add('http.request.method', name.split(' ')[0] ?? 'GET');
    add(
      'url.full',
      `http://${SERVICES[service]}.shop.internal:8080${(name.split(' ')[1] ?? '/').replace('{user_id}', user)}?order=${user}`,
    );
    add('http.response.status_code', 200);
    add('server.address', `${SERVICES[service]}.shop.internal`);
    add('server.port', 8080);
    add('network.protocol.version', '1.1');
    if (kind === 'server') add('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36');
    if (kind === 'server') add('http.route', name.split(' ')[1] ?? '/');
  } else if (kind === 'db') {
    add('db.system', 'postgresql');
    add('db.namespace', `${SERVICES[service]}_prod`);
    add('db.operation.name', name.split(' ')[0] ?? 'SELECT');
    add('db.query.text', `${name} WHERE user_id = $1 AND region = $2 ORDER BY created_at DESC LIMIT 50`);
    add('server.address', 'db-primary.shop.internal');
    add('server.port', 5432);
  } else {
    add('code.function', name);
    add('code.namespace', `shop.${SERVICES[service]}.handlers`);
    add('enduser.id', `user-${user}`);
    add('app.items', 1 + (trace % 9));
  }
}

function spanOf(into: ProtobufWriter, position: number, trace: number): void {
  const [depth, , name, kind] = SHAPE[position] ?? [0, 0, '', 'inner'];
  let parent = position - 1;
  while (parent >= 0 && (SHAPE[parent]?.[0] ?? 0) !== depth - 1) parent--;
  const id = (at: number): Buffer => {
    const eight = Buffer.alloc(8, 0x51);
    eight.writeUInt32BE(trace, 0);
    eight.writeUInt32BE(at + 1, 4);
    return eight;
  };
  into.message(2, (span) => {
    span.bytes(1, markOf(trace)).bytes(2, id(position));
    if (parent >= 0) span.bytes(4, id(parent));
    span.text(5, name).number(6, { server: 2, client: 3, db: 3, inner: 1 }[kind]);
    const start = TEMPLATE_START + BigInt(position) * MS + BigInt(trace % 977) * 1000n;
    span.fixed64(7, start).fixed64(8, start + BigInt(SHAPE.length - position) * MS * 2n);
    attributesOf(span, position, trace);
    if (kind !== 'server') span.message(15, () => undefined);
    else span.message(15, (status) => status.number(3, 1));
  });
}

/**
 * A request as a collector sends it: spans of many traces by service. Of each trace one request has the spans of the
 * services behind, and the next one those of the first service, with the root.
 */
function templateOf(traces: readonly number[], services: readonly number[]): Template {
  const writer = new ProtobufWriter();
  let spans = 0;
  for (const service of services) {
    writer.message(1, (resourceSpans) => {
      resourceSpans.message(1, (resource) => {
        attribute(resource, 1, 'service.name', SERVICES[service] ?? '');
        attribute(resource, 1, 'service.version', '4.12.1');
        attribute(resource, 1, 'service.instance.id', `${SERVICES[service]}-7d9c5b-${service}`);
        attribute(resource, 1, 'deployment.environment.name', 'production');
        attribute(resource, 1, 'host.name', `node-${service}.cluster.local`);
        attribute(resource, 1, 'telemetry.sdk.language', 'java');
        attribute(resource, 1, 'telemetry.sdk.name', 'opentelemetry');
        attribute(resource, 1, 'telemetry.sdk.version', '1.49.0');
      });
      resourceSpans.message(2, (scopeSpans) => {
        scopeSpans.message(1, (scope) => scope.text(1, 'io.opentelemetry.shop').text(2, '2.10.0'));
        for (const trace of traces) {
          for (let position = 0; position < SHAPE.length; position++) {
            if (SHAPE[position]?.[1] !== service) continue;
            spanOf(scopeSpans, position, trace);
            spans++;
          }
        }
      });
    });
  }
  const body = writer.finish();
  return { body, spans, traces: traces.length, patches: patchesOf(body, traces) };
}

function patchesOf(body: Buffer, traces: readonly number[]): Patches {
  const patches: Patches = { traceIds: [], digits: [], times: timesIn(body) };
  for (const [i, trace] of traces.entries()) {
    const mark = markOf(trace);
    for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + 1)) patches.traceIds.push({ at, trace: i });
    const digits = Buffer.from(digitsOf(trace));
    for (let at = body.indexOf(digits); at >= 0; at = body.indexOf(digits, at + 1))
      patches.digits.push({ at, trace: i });
  }
  return patches;
}

/** Where starts of spans stand, each of which an end follows after one byte: by the tags and the highest bytes. */
function timesIn(body: Buffer): number[] {
  const found: number[] = [];
  const isHigh = (at: number): boolean => body[at + 7] === EPOCH >> 8 && body[at + 6] === (EPOCH & 255);
  for (let at = body.indexOf(0x39); at >= 0; at = body.indexOf(0x39, at + 1)) {
    if (isHigh(at + 1) && body[at + 9] === 0x41 && isHigh(at + 10)) found.push(at + 1);
  }
  return found;
}

/** Requests of so many traces together: the first has the services behind, the second the first service. */
export function templates(traces = 34): readonly [Template, Template] {
  const numbers = Array.from({ length: traces }, (_, i) => i + 1);
  return [templateOf(numbers, [1, 2, 3, 4, 5]), templateOf(numbers, [0])];
}

/** New ids for the traces of a pair of requests. */
export function newIds(traces: number): Buffer {
  return randomFillSync(Buffer.allocUnsafe(16 * traces));
}

/** A request of its own, with these ids, whose spans start after a moment in milliseconds since the epoch. */
export function requestOf(template: Template, ids: Buffer, startMs: number): Buffer {
  const body = Buffer.from(template.body);
  for (const { at, trace } of template.patches.traceIds) ids.copy(body, at, 16 * trace, 16 * trace + 16);
  for (const { at, trace } of template.patches.digits)
    body.write(ids.toString('hex', 16 * trace, 16 * trace + 8), at, 'latin1');
  const later = BigInt(Math.round(startMs)) * MS - TEMPLATE_START;
  for (const at of template.patches.times) {
    body.writeBigUInt64LE(body.readBigUInt64LE(at) + later, at);
    body.writeBigUInt64LE(body.readBigUInt64LE(at + 9) + later, at + 9);
  }
  return body;
}
