import { z } from 'zod';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array).meta({ type: 'string', format: 'binary' });

/** `ExportTraceServiceResponse` in OTLP's JSON. */
const exportShape = z
  .looseObject({
    partialSuccess: z
      .looseObject({
        rejectedSpans: z
          .string()
          .describe('How many spans are not kept and are not to be sent again, as decimal digits'),
        errorMessage: z.string(),
      })
      .optional(),
  })
  .meta({ id: 'ExportTraceServiceResponse' });

/** `google.rpc.Status` in JSON. */
const rpcStatusShape = z
  .looseObject({
    code: z.int().describe('A code of gRPC'),
    message: z.string(),
    details: z
      .array(z.looseObject({ '@type': z.string() }))
      .describe('`ErrorInfo`, whose reason is a code of docs/errors.md, and `RetryInfo`'),
  })
  .meta({ id: 'RpcStatus', description: 'google.rpc.Status: what went wrong' });

/** The answer of success, in the encoding of the request. */
export const exportContent = {
  'application/x-protobuf': { schema: bytes },
  'application/json': { schema: exportShape },
};

const statusContent = {
  'application/x-protobuf': { schema: bytes },
  'application/json': { schema: rpcStatusShape },
};

/** The answers of errors, in the encoding of the request. The document says which. */
export const rpcResponses = {
  '4xx': { description: 'The request cannot be answered', content: statusContent },
  '5xx': { description: 'The server cannot answer now', content: statusContent },
};
