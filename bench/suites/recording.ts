import { context, trace, type Span } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { asMicros, NONE, toEpochMicros, type Trace } from '@flowprof/model';
import { Recorder } from '../../packages/conductor/src/engine/recorder.ts';
import type { Suite, Task } from '../suite.ts';

/** How many nodes are recorded: a span each, with two spans inside. */
const NODES = 10_000;
export const SPANS = NODES * 3;

const CAUSE = { cause: 'concurrency', limit: 4 };
const keys = Array.from({ length: NODES }, (_, i) => `node-${i}`);
const declarations = keys.map((key, i) => ({
  key,
  name: key,
  type: 'nothing',
  iteration: null,
  parent: NONE,
  dependencies: i === 0 ? [] : [i - 1],
  weight: 1,
}));

/** Records three spans and two states a node as the engine does, and makes the recording. */
export function ours(isRich: boolean): Trace {
  const recorder = new Recorder({
    name: 'bench',
    workflow: null,
    rootId: 'bench',
    shape: 'workflow',
    clock: { now: () => toEpochMicros((performance.timeOrigin + performance.now()) * 1000) },
    spanPrefix: '01020304',
    outbox: null,
    startedAt: null,
    interruptedAt: null,
    earlier: null,
    keep: () => ({}),
    traceparent: undefined,
  });
  recorder.begin('bench', 4);
  for (const declaration of declarations) recorder.declare(declaration);
  for (const [i, key] of keys.entries()) {
    const start = recorder.now();
    const node = recorder.open('node', key, start, i, NONE, isRich ? { position: i } : undefined);
    recorder.phase('queue_wait', start, recorder.now(), i, node, isRich ? CAUSE : undefined);
    recorder.state(i, 'running', start, null);
    const work = recorder.open('phase', 'execute', start, i, node, isRich ? { position: i } : undefined);
    if (isRich) for (const row of [node, node + 1, work]) recorder.annotate(row, start, 'event', 'info', null);
    const end = recorder.now();
    recorder.close(work, end, 'completed');
    recorder.state(i, 'completed', end, null);
    recorder.close(node, end, 'completed');
  }
  const info = { id: 'bench', endedAt: null, recordedDuration: asMicros(0), concurrency: 4, error: null };
  return recorder.trace({ ...info, status: 'completed', attributes: {} }, []);
}

/** The same spans with the SDK of OpenTelemetry. They are not kept, unless there is a list for them. */
export function theirs(processor: SpanProcessor, isRich: boolean, kept: Span[] | null): number {
  const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('bench');
  for (const [i, key] of keys.entries()) {
    const node = tracer.startSpan(key, isRich ? { attributes: { position: i } } : {}, context.active());
    const inside = trace.setSpan(context.active(), node);
    const wait = tracer.startSpan('queue_wait', isRich ? { attributes: CAUSE } : {}, inside);
    wait.end();
    const work = tracer.startSpan('execute', isRich ? { attributes: { position: i } } : {}, inside);
    if (isRich) for (const span of [node, wait, work]) span.addEvent('event');
    work.end();
    node.end();
    kept?.push(node, wait, work);
  }
  return SPANS;
}

export const IDLE: SpanProcessor = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/** Exports everything into memory. */
export async function exported(): Promise<number> {
  const exporter = new InMemorySpanExporter();
  const processor = new BatchSpanProcessor(exporter, { maxQueueSize: SPANS, maxExportBatchSize: 512 });
  theirs(processor, false, null);
  await processor.forceFlush();
  const count = exporter.getFinishedSpans().length;
  await processor.shutdown();
  if (count !== SPANS) throw new Error(`${count} of ${SPANS} spans were exported`);
  return count;
}

const task = (name: string, run: () => unknown): Task => ({ name, steps: SPANS, run });

export const recording: Suite = {
  name: 'recording',
  about: `${SPANS} spans of ${NODES} nodes with their states, recorded and made a recording of; a step is a span`,
  floor: task('OpenTelemetry SDK, a processor that does nothing', () => theirs(IDLE, false, null)),
  tasks: [
    task('OpenTelemetry SDK, in batches to memory', exported),
    task('OpenTelemetry SDK, with attributes and an event each', () => theirs(IDLE, true, null)),
    task('flowprof', () => ours(false).spans.length),
    task('flowprof, with attributes and an event each', () => ours(true).spans.length),
  ],
};
