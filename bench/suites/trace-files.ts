import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeTrace, encodeTrace, readTraceFile, writeTraceFile } from '@flowprof/model';
import type { Suite } from '../suite.ts';
import { layeredTrace } from './traces.ts';

const file = readFileSync(join(import.meta.dirname, '../../fixtures/pytorch-hta/control.json.gz'));

export const traceFiles: Suite = {
  name: 'trace-files',
  about: 'a Chrome trace of 109,123 events (35 MB of JSON, gzip), read into columns',
  floor: { name: 'gunzip and JSON.parse', run: (): unknown => JSON.parse(gunzipSync(file).toString('utf8')) },
  tasks: [{ name: 'readTraceFile', run: () => readTraceFile(file) }],
};

const trace = layeredTrace(33_333, 1_000);
const arrow = encodeTrace(trace);
const json = JSON.stringify([...trace.spans.start]);

export const columns: Suite = {
  name: 'columns',
  about: `${trace.spans.length} spans as Arrow (${(arrow.byteLength / trace.spans.length).toFixed(1)} bytes a span)`,
  floor: { name: 'JSON.parse of the start column alone', run: (): unknown => JSON.parse(json) },
  tasks: [
    { name: 'encodeTrace', run: () => encodeTrace(trace) },
    { name: 'decodeTrace', run: () => decodeTrace(arrow) },
    { name: 'write as flowprof JSON', run: () => writeTraceFile(trace, 'json') },
  ],
};
