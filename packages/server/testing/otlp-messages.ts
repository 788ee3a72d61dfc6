import path from 'node:path';
import protobufjs from 'protobufjs';
import { z } from 'zod';

const definitions = path.join(import.meta.dirname, '../../../fixtures/opentelemetry-proto');

/** As https://github.com/googleapis/googleapis has it in google/rpc. */
const RPC = `
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
`;

const root = new protobufjs.Root();
root.resolvePath = (_, target) => path.join(definitions, target);
await root.load('opentelemetry/proto/collector/trace/v1/trace_service.proto');
protobufjs.parse(RPC, root);

const SERVICE = 'opentelemetry.proto.collector.trace.v1';

/** A request, whose ids are base64 here, in protocol buffers: by generated code. */
export function encodeRequest(request: object): Uint8Array<ArrayBuffer> {
  const type = root.lookupType(`${SERVICE}.ExportTraceServiceRequest`);
  return new Uint8Array(type.encode(type.fromObject(request)).finish());
}

/** An answer of success, in JSON. */
export function decodeResponse(bytes: Uint8Array): unknown {
  return root.lookupType(`${SERVICE}.ExportTraceServiceResponse`).decode(bytes).toJSON();
}

const statusShape = z.object({
  code: z.number(),
  message: z.string(),
  details: z.array(z.object({ typeUrl: z.string(), value: z.string() })),
});

/** A `google.rpc.Status`, with the reason of its `ErrorInfo` and the seconds of its `RetryInfo`. */
export function decodeStatus(bytes: Uint8Array): {
  readonly code: number;
  readonly message: string;
  readonly reason: unknown;
  readonly retryAfter: unknown;
} {
  const { code, message, details } = statusShape.parse(root.lookupType('google.rpc.Status').decode(bytes).toJSON());
  const detail = (name: string): Record<string, unknown> => {
    const found = details.find(({ typeUrl }) => typeUrl === `type.googleapis.com/google.rpc.${name}`);
    const json = found && root.lookupType(`google.rpc.${name}`).decode(Buffer.from(found.value, 'base64')).toJSON();
    return json ?? {};
  };
  const delay = z.object({ seconds: z.coerce.number() }).safeParse(detail('RetryInfo')['retryDelay']);
  return {
    code,
    message,
    reason: detail('ErrorInfo')['reason'],
    retryAfter: delay.success ? delay.data.seconds : null,
  };
}

/** A request with spans of these names in one trace, whose id is the byte 16 times; ids in base64. */
export function requestOf(traceByte: number, ...names: readonly string[]): object {
  return {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: names.map((name, i) => ({
              traceId: Buffer.alloc(16, traceByte).toString('base64'),
              spanId: Buffer.alloc(8, i + 1).toString('base64'),
              name,
              kind: 2,
              startTimeUnixNano: '1544712660000000000',
              endTimeUnixNano: '1544712661000000000',
            })),
          },
        ],
      },
    ],
  };
}
