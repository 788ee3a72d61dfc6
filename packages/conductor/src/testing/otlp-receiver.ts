import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createFileRegistry, fromBinary, fromJson, toJson, type JsonValue } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { z } from 'zod';

const descriptors = join(import.meta.dirname, '../../../../fixtures/opentelemetry-proto/trace-service.binpb');
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));

const attribute = z.object({
  key: z.string(),
  value: z.union([
    z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
    z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
    z.object({ intValue: z.string() }).transform(({ intValue }) => BigInt(intValue)),
    z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
    z
      .object({ arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string() })) }) })
      .transform(({ arrayValue }) => arrayValue.values.map(({ stringValue }) => stringValue)),
  ]),
});
const attributes = z
  .array(attribute)
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value])));
const hex = z.string().transform((base64) => Buffer.from(base64, 'base64').toString('hex'));
const receivedSpan = z.object({
  traceId: hex,
  spanId: hex,
  parentSpanId: hex.default(''),
  flags: z.number().default(0),
  name: z.string(),
  kind: z.string(),
  startTimeUnixNano: z.string().transform(BigInt),
  endTimeUnixNano: z.string().transform(BigInt),
  attributes,
  droppedAttributesCount: z.number().default(0),
  events: z.array(z.object({ timeUnixNano: z.string().transform(BigInt), name: z.string(), attributes })).default([]),
  droppedEventsCount: z.number().default(0),
  status: z.object({ code: z.string().default('STATUS_CODE_UNSET'), message: z.string().default('') }).prefault({}),
});
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          scope: z.object({ name: z.string(), version: z.string().default('') }),
          spans: z.array(receivedSpan),
        }),
      ),
    }),
  ),
});

type ReceivedSpan = z.output<typeof receivedSpan>;
type ReceivedRequest = z.output<typeof request>;

/** OTLP writes ids in hex where the mapping of protocol buffers has base64. */
function withBase64Ids(text: string): JsonValue {
  const read: unknown = JSON.parse(text, (key, value: unknown) =>
    /^(traceId|spanId|parentSpanId)$/.test(key) && typeof value === 'string'
      ? Buffer.from(value, 'hex').toString('base64')
      : value,
  );
  return z.json().parse(read);
}

/**
 * Reads a request by the published protocol definitions, strictly: a field that they do not have is an error, and so is a
 * value that is none of its type.
 */
function decodeRequest(text: string): ReceivedRequest {
  const schema = registry.getMessage('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest');
  if (schema === undefined) throw new Error('the definitions lack the request');
  return request.parse(toJson(schema, fromJson(schema, withBase64Ids(text))));
}

/** What a receiver says to a request. */
export interface ReceiverAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Called in place of an answer. */
  readonly instead?: (response: ServerResponse) => void;
}

/** A receiver of OTLP/HTTP on the loopback that keeps what it gets. */
export class OtlpReceiver {
  readonly requests: { readonly headers: IncomingHttpHeaders; readonly path: string; readonly bytes: number }[] = [];
  readonly received: ReceivedRequest[] = [];
  /** What is answered to the next requests; success once there is nothing left. */
  readonly answers: ReceiverAnswer[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((incoming, response) => void this.#take(incoming, response));
  }

  get spans(): ReceivedSpan[] {
    return this.received.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) if (chunk instanceof Buffer) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    this.requests.push({ headers: incoming.headers, path: incoming.url ?? '', bytes: body.length });
    const answer = this.answers.shift() ?? { status: 200, body: '{}' };
    if (answer.instead) return answer.instead(response);
    if (answer.status === 200) {
      const text = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      try {
        this.received.push(decodeRequest(text.toString('utf8')));
      } catch (error) {
        response.writeHead(400).end(String(error));
        return;
      }
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body ?? '');
  }
}
