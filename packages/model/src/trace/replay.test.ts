import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochFromMs, asMicros } from '../units.ts';
import { TraceAssembler } from './assemble.ts';
import type { NodeDeclaration, SpanRecord } from './events.ts';
import { traceEvents } from './replay.ts';
import { SPAN_KINDS } from './trace.ts';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

const nodeKeys = ['load', 'clean', 'store'];

const declarations: readonly NodeDeclaration[] = nodeKeys.map((key, i) => ({
  key,
  name: key.toUpperCase(),
  type: 'http',
  iteration: null,
  parentKey: null,
  dependsOn: nodeKeys.slice(0, i),
}));

const spanRecords = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...SPAN_KINDS),
      name: fc.string(),
      nodeKey: fc.constantFrom(...nodeKeys, null),
      start: fc.integer({ min: -1000, max: 1_000_000 }),
      duration: fc.option(fc.nat(1_000_000)),
      parent: fc.option(fc.nat(30)),
      track: fc.constantFrom('worker 1', 'worker 2', null),
      metadata: fc.option(fc.record({ url: fc.string() })),
    }),
    { maxLength: 30 },
  )
  .map((spans) =>
    spans.map((span, i): SpanRecord => ({
      id: `s${i}`,
      parentId: span.parent === null || span.parent >= i ? null : `s${span.parent}`,
      kind: span.kind,
      name: span.name,
      nodeKey: span.nodeKey,
      iteration: null,
      start: asMicros(span.start),
      duration: span.duration === null ? null : asMicros(span.duration),
      status: span.duration === null ? 'running' : 'completed',
      track: span.track,
      metadata: span.metadata,
    })),
  );

describe('traceEvents', () => {
  it('sends events that assemble to the same trace', () => {
    fc.assert(
      fc.property(spanRecords, (spans) => {
        const source = new TraceAssembler({
          name: 'run',
          status: 'completed',
          startedAt: epochFromMs(1_700_000_000_000),
        });
        for (const node of declarations) source.addNode(node);
        for (const span of spans) source.addSpan(span);
        source.addAnnotation({
          spanId: spans[0]?.id ?? null,
          time: asMicros(5),
          label: 'retry',
          type: 'retry',
          metadata: null,
        });
        const trace = source.finish();

        const again = new TraceAssembler();
        for (const event of traceEvents(trace, ID)) again.apply(event);
        const copy = again.finish();

        expect(copy.spans).toEqual(trace.spans);
        expect(copy.nodes).toEqual({ ...trace.nodes });
        expect(copy.annotations).toEqual(trace.annotations);
        expect(copy.execution).toMatchObject({
          id: ID,
          name: 'run',
          status: 'completed',
          startedAt: trace.execution.startedAt,
        });
      }),
    );
  });

  it('says nothing of a start that is not known, and ends where the last span ends', () => {
    const source = new TraceAssembler({ status: 'failed', error: { code: 'boom', message: 'it broke' } });
    source.addSpan({
      id: 'a',
      parentId: null,
      kind: 'node',
      name: 'a',
      nodeKey: null,
      iteration: null,
      start: asMicros(10),
      duration: asMicros(32),
      status: 'failed',
      track: null,
      metadata: null,
    });
    const events = [...traceEvents(source.finish(), ID)];
    expect(events.map((event) => event.type)).toEqual(['span', 'execution_finished']);
    expect(events.at(-1)).toMatchObject({ status: 'failed', at: 42, error: { code: 'boom' } });
  });
});
