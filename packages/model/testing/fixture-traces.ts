import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TraceFileError } from '../src/formats/errors.ts';
import { readTraceFile } from '../src/formats/registry.ts';
import type { Trace } from '../src/trace/trace.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/', import.meta.url));

/** Larger files are read by tests of their own. */
const MOST_BYTES = 120_000;
const NO_TRACE = /^LICENCE|\.md$|^expected|^manifest/i;

/** The traces of every fixture that is not very large and that some reader of the table takes. */
export async function fixtureTraces(): Promise<ReadonlyMap<string, Trace>> {
  const traces = new Map<string, Trace>();
  for (const entry of readdirSync(FIXTURES, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || NO_TRACE.test(entry.name) || statSync(path).size > MOST_BYTES) continue;
    for (const [position, trace] of (await readable(path)).entries()) {
      traces.set(`${relative(FIXTURES, path)} ${position}`, trace);
    }
  }
  return traces;
}

/** A trace whose maps are plain ones, which tests can compare. */
function plain(trace: Trace): Trace {
  const { spans, annotations } = trace;
  return {
    ...trace,
    spans: { ...spans, metadata: new Map(spans.metadata) },
    annotations: { ...annotations, metadata: new Map(annotations.metadata) },
  };
}

async function readable(path: string): Promise<readonly Trace[]> {
  try {
    return (await readTraceFile(readFileSync(path), { fileName: path })).slice(0, 3).map(plain);
  } catch (error) {
    if (error instanceof TraceFileError) return [];
    throw error;
  }
}
