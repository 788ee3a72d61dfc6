import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { only } from '../../testing/at.ts';
import { arbitraryTrace } from '../../testing/arbitrary-trace.ts';
import type { JsonValue } from '../json.ts';
import { FLAG, NONE, spanIdAt, type Trace } from '../trace/trace.ts';
import { readFlowprofJson, writeFlowprofJson } from './flowprof-json.ts';
import { utf8 } from './web.ts';

function read(document: JsonValue): Trace {
  return only(readFlowprofJson(utf8(JSON.stringify(document))));
}

const HEAD = { format: 'flowprof-trace', version: 1, execution: { name: 'example' } };

function span(id: string, more: Readonly<Record<string, JsonValue>> = {}) {
  return { id, name: id, start: 0, duration: 10, ...more };
}

test('any trace comes back as it was', () => {
  fc.assert(
    fc.property(arbitraryTrace, (trace) => {
      expect(readFlowprofJson(utf8(writeFlowprofJson(trace)))).toEqual([trace]);
    }),
    { numRuns: 500 },
  );
});

describe('what can be mended is mended and counted', () => {
  test('spans in any order', () => {
    const { spans, warnings } = read({ ...HEAD, spans: [span('child', { parent: 'root' }), span('root')] });
    expect([...spans.parent]).toEqual([1, NONE]);
    expect(warnings).toEqual([]);
  });

  test('a missing parent', () => {
    const { spans, warnings } = read({ ...HEAD, spans: [span('a', { parent: 'gone' })] });
    expect(spans.parent[0]).toBe(NONE);
    expect(spans.flags[0]).toBe(FLAG.orphan);
    expect(warnings).toEqual([{ code: 'missing_parent', count: 1, example: '/spans/0 names gone' }]);
  });

  test('a cycle of parents', () => {
    const { spans, warnings } = read({ ...HEAD, spans: [span('a', { parent: 'b' }), span('b', { parent: 'a' })] });
    expect([...spans.parent]).toEqual([NONE, 0]);
    expect(warnings).toEqual([{ code: 'parent_cycle', count: 1, example: 'span a' }]);
  });

  test('a repeated id: the last record counts', () => {
    const { spans, warnings } = read({ ...HEAD, spans: [span('a'), span('a', { duration: 20 })] });
    expect([...spans.duration]).toEqual([20]);
    expect(warnings[0]).toMatchObject({ code: 'duplicate_span', count: 1 });
  });

  test('a negative duration', () => {
    const { spans, warnings } = read({ ...HEAD, spans: [span('a', { duration: -5 })] });
    expect([spans.duration[0], spans.flags[0]]).toEqual([0, FLAG.negative]);
    expect(warnings[0]?.code).toBe('end_before_start');
  });

  test('nodes that nobody declared, and dependencies on nobody', () => {
    const { nodes, warnings } = read({
      ...HEAD,
      nodes: [{ key: 'a', dependsOn: ['x'] }],
      spans: [span('1', { node: 'a' }), span('2', { node: 'b' })],
    });
    expect([nodes.key, [...nodes.span], nodes.type]).toEqual([
      ['a', 'b'],
      [0, 1],
      ['unknown', 'unknown'],
    ]);
    expect(warnings.map((warning) => warning.code)).toEqual(['unknown_node', 'unknown_dependency']);
  });

  test('warnings that the file brings are kept and added to', () => {
    const warnings = [{ code: 'missing_parent', count: 2, example: 'before' }];
    const trace = read({ ...HEAD, warnings, spans: [span('a', { parent: 'gone' })] });
    expect(trace.warnings).toEqual([{ code: 'missing_parent', count: 3, example: 'before' }]);
  });
});

test('numbered ids are told by their prefix; ids that only look so are listed', () => {
  const numbered = read({ ...HEAD, idPrefix: '0a0b0c0d', spans: [span('0a0b0c0d00000000')] }).spans.ids;
  expect(numbered).toEqual({ prefix: '0a0b0c0d', listed: null });
  const listed = read({ ...HEAD, idPrefix: '0a0b0c0d', spans: [span('0a0b0c0d00000001')] }).spans.ids;
  expect(spanIdAt(listed, 0)).toBe('0a0b0c0d00000001');
});

describe('what breaks the rules is refused with its place', () => {
  test.each<[string, JsonValue, string]>([
    ['no array of spans', { ...HEAD }, '/spans is missing; expected an array'],
    [
      'a span without an id',
      { ...HEAD, spans: [{ name: 'a', start: 0 }] },
      '/spans/0/id is missing; expected a string',
    ],
    ['a fraction of a time', { ...HEAD, spans: [span('a', { start: 0.5 })] }, '/spans/0/start is not a whole number'],
    ['an unknown status', { ...HEAD, spans: [span('a', { status: 'fine' })] }, '/spans/0/status is not a status'],
    [
      'an unknown kind',
      { ...HEAD, spans: [span('a', { kind: 'leg' })] },
      '/spans/0/kind is not one of node, attempt, phase, system',
    ],
    [
      'two nodes of one key',
      { ...HEAD, nodes: [{ key: 'a/b' }, { key: 'a/b' }], spans: [] },
      '/nodes/1/key is not a key (and iteration) of its own',
    ],
    ['another document', 'flowprof', '(the document) is not an object'],
    ['a list of other things', ['flowprof'], '/0 is not an object'],
  ])('%s', (_, document, message) => {
    expect(() => read(document)).toThrowError(expect.objectContaining({ code: 'malformed', message }));
  });

  test('a later version', () => {
    expect(() => read({ ...HEAD, version: 2 })).toThrowError(expect.objectContaining({ code: 'unsupported_version' }));
  });

  test('data nested beyond all measure', () => {
    let deep: JsonValue = 1;
    for (let i = 0; i < 1000; i++) deep = [deep];
    const document = { ...HEAD, spans: [span('a', { metadata: { deep } })] };
    expect(() => read(document)).toThrowError(expect.objectContaining({ code: 'malformed' }));
  });
});
