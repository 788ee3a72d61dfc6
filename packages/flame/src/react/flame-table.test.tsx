import { asMicros, TraceAssembler, type SpanRecord } from '@flowprof/model';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { FlameTable } from './flame-table.tsx';
import { SpanSummary } from './hover-card.tsx';

const HOSTILE = '<script>alert(1)</script>';

function span(id: string, start: number, more: Partial<SpanRecord> = {}): SpanRecord {
  return {
    id,
    parentId: null,
    kind: 'phase',
    name: id,
    nodeKey: null,
    iteration: null,
    start: asMicros(start),
    duration: asMicros(1_500),
    status: 'completed',
    track: null,
    metadata: null,
    ...more,
  };
}

const run = new TraceAssembler();
run.addSpan(span('late', 9_000, { duration: null, status: 'running' }));
run.addSpan(span('early', 0));
run.addSpan(span('middle', 4_000, { name: HOSTILE, status: 'failed', metadata: { url: HOSTILE, bytes: 12 } }));
const trace = run.finish();
const namesIn = (html: string): string[] => [...html.matchAll(/<button[^>]*>([^<]*)</g)].map((match) => match[1] ?? '');

describe('FlameTable', () => {
  it('lists spans in the order of their start, and hostile names as text', () => {
    const html = renderToStaticMarkup(<FlameTable trace={trace} />);
    expect(namesIn(html)).toEqual(['early', '&lt;script&gt;alert(1)&lt;/script&gt;', 'late']);
    expect(html).not.toContain('<script');
  });

  it('says what it leaves out', () => {
    const html = renderToStaticMarkup(<FlameTable trace={trace} limit={2} caption="Spans" />);
    expect(html).toContain('Spans, the first 2 of 3');
    expect(namesIn(html)).toHaveLength(2);
  });

  it('lists the rows it is given, in their order, and marks the selected one', () => {
    const html = renderToStaticMarkup(<FlameTable trace={trace} rows={[1, 0]} selectedRow={0} />);
    expect(namesIn(html)).toEqual(['early', 'late']);
    expect(html.match(/aria-pressed="(true|false)"/g)).toEqual(['aria-pressed="false"', 'aria-pressed="true"']);
  });
});

describe('SpanSummary', () => {
  it('says what is known of a span, as text', () => {
    const html = renderToStaticMarkup(<SpanSummary trace={trace} row={2} />);
    expect(html).toContain('failed');
    expect(html).toContain('1.5 ms');
    expect(html).toContain('<dt>bytes</dt><dd>12</dd>');
    expect(html).not.toContain('<script');
    expect(renderToStaticMarkup(<SpanSummary trace={trace} row={0} />)).toContain('running');
  });
});
