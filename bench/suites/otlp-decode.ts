import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { readOtlpJson, readOtlpProtobuf, type JsonValue } from '@flowprof/model';
import protobufjs from 'protobufjs';
import { otlpRequest, requestSchema } from '../otlp/request.ts';
import type { OpenSuite, Suite } from '../suite.ts';

const SPANS = 8192;
const definitions = path.join(import.meta.dirname, '../../fixtures/opentelemetry-proto');
const MESSAGE = 'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest';

async function requestType(): Promise<protobufjs.Type> {
  const root = new protobufjs.Root();
  root.resolvePath = (_, target) => path.join(definitions, target);
  await root.load('opentelemetry/proto/collector/trace/v1/trace_service.proto');
  return root.lookupType(MESSAGE);
}

/** Every byte is looked at once: what no reader can be faster than. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum;
}

async function open(): Promise<OpenSuite> {
  const schema = requestSchema();
  const type = await requestType();
  const bytes = otlpRequest(schema, SPANS);
  const json = JSON.stringify(type.decode(bytes).toJSON());
  const parse: (text: string) => JsonValue = JSON.parse;
  return {
    floor: { name: 'every byte looked at', steps: SPANS, run: () => sumOf(bytes) },
    tasks: [
      { name: 'flowprof', steps: SPANS, run: () => readOtlpProtobuf(bytes) },
      { name: 'protobufjs', steps: SPANS, run: () => type.decode(bytes) },
      { name: '@bufbuild/protobuf', steps: SPANS, run: () => fromBinary(schema, bytes) },
      { name: 'flowprof, of JSON', steps: SPANS, run: () => readOtlpJson(parse(json)) },
      { name: 'JSON.parse alone', steps: SPANS, run: () => parse(json) },
    ],
    close: () => Promise.resolve(),
  };
}

export const otlpDecode: Suite = {
  name: 'otlp-decode',
  about: `a request of ${SPANS.toLocaleString('en')} spans with 6 or 9 attributes each, decoded: into columns here, into objects by the others`,
  open,
};
