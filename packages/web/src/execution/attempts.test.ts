import { asMicros, TraceAssembler, type SpanKind, type Status } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { spanDetails } from './spanDetails.ts';

const all = new TraceAssembler();
all.addNode({ key: 'a', name: 'a', type: 'http', iteration: null, parentKey: null, dependsOn: [] });
const span = (id: string, kind: SpanKind, from: number, to: number, parentId: string | null, status: Status): void =>
  all.addSpan({
    id,
    kind,
    name: id.replace(/ of .*/, ''),
    start: asMicros(from),
    duration: asMicros(to - from),
    nodeKey: 'a',
    parentId,
    status,
    iteration: null,
    track: null,
    metadata: status === 'failed' ? { error: { message: 'busy' } } : null,
  });
span('a', 'node', 0, 100, null, 'completed');
span('attempt 2', 'attempt', 50, 100, 'a', 'completed');
span('attempt 1', 'attempt', 10, 40, 'a', 'failed');
span('send of 1', 'phase', 12, 20, 'attempt 1', 'failed');
span('send of 2', 'phase', 60, 90, 'attempt 2', 'completed');
span('tls', 'phase', 60, 65, 'send of 2', 'completed');
const trace = all.finish();

describe('what is told of a span', () => {
  it('has the attempts of its node in the order of time, with their errors', () => {
    expect(spanDetails(trace, 0, 0).attempts.map(({ name, duration, error }) => [name, duration, error])).toEqual([
      ['attempt 1', 30, 'busy'],
      ['attempt 2', 50, null],
    ]);
    expect(spanDetails(trace, 3, 0).attempts).toHaveLength(2);
  });

  it('has the total and the self time of all of its name', () => {
    const { instances } = spanDetails(trace, 4, 0);
    expect(instances).toMatchObject({ count: 2, total: 38, self: 33, longest: 30 });
  });
});
