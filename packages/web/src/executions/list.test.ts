import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from './csv.ts';
import type { ListedExecution } from './listed.ts';
import { newOnTop, rowsOf, unfinished, vanished, withNews } from './live.ts';
import { fromLocalInput, toLocalInput } from './moments.ts';
import { parseSeconds } from './seconds.ts';
import { sparkOf, timesText } from './usual.ts';
import { piecesOf, rowsInView, rowsNear } from './windowing.ts';

function listed(id: string, fields: Partial<ListedExecution> = {}): ListedExecution {
  return {
    id,
    workflowId: 'w',
    workflowName: 'nightly',
    number: 1,
    status: 'completed',
    trigger: 'manual',
    startedAt: 0,
    completedAt: 1000,
    durationSeconds: 1,
    error: null,
    input: {},
    temporal: null,
    version: 1,
    externalId: null,
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...fields,
  };
}

const idsOf = (rows: readonly ListedExecution[]) => rows.map(({ id }) => id);

describe('rows that change', () => {
  const running = listed('a', { status: 'running', updatedAt: '1' });

  it('are each there once, with what is known by now', () => {
    const pages = [{ items: [running, listed('b')] }, { items: [listed('b'), listed('c')] }];
    const latest = withNews(new Map(), [listed('a', { updatedAt: '2' })]);
    const rows = rowsOf(pages, latest);
    expect(idsOf(rows)).toEqual(['a', 'b', 'c']);
    expect(rows[0]?.status).toBe('completed');
  });

  it('are left alone by news that are none', () => {
    const latest = withNews(new Map(), [running]);
    expect(withNews(latest, [{ ...running }])).toBe(latest);
    expect(withNews(latest, [])).toBe(latest);
  });

  it('are counted where they came onto the top', () => {
    const rows = [listed('b'), listed('c')];
    expect(newOnTop([listed('b')], rows)).toBe(0);
    expect(newOnTop([listed('z'), listed('a'), listed('b')], rows)).toBe(2);
    expect(newOnTop([listed('z')], rows)).toBe(1);
  });

  it('are asked for one by one once they do not run any more, some at a time', () => {
    const many = Array.from({ length: 30 }, (_, at) => listed(`r${at}`, { status: 'running' }));
    expect(unfinished([listed('x'), ...many])).toHaveLength(30);
    expect(vanished(many, many)).toEqual([]);
    expect(vanished(many, many.slice(1))).toEqual(['r0']);
    expect(vanished(many, [])).toHaveLength(10);
  });
});

describe('the window over a long list', () => {
  const rows = { count: 10_000, rowHeight: 50, top: -5000, windowHeight: 800 };

  it('has what can be seen and a little more', () => {
    expect(rowsInView(rows)).toEqual({ first: 100, end: 116 });
    expect(rowsNear(rows)).toEqual({ first: 88, end: 129 });
    expect(rowsNear({ ...rows, top: 100 })).toEqual({ first: 0, end: 29 });
    expect(rowsNear({ ...rows, top: -1e9 })).toEqual({ first: 10_000, end: 10_000 });
  });

  it('is the whole list where that is short', () => {
    expect(rowsNear({ ...rows, count: 150 })).toEqual({ first: 0, end: 150 });
  });

  it('has every row once or in a gap, wherever the focus is', () => {
    const setups = fc.record({
      count: fc.nat(5000),
      first: fc.nat(5000),
      length: fc.nat(100),
      focused: fc.option(fc.integer({ min: -1, max: 5100 })),
    });
    fc.assert(
      fc.property(setups, ({ count, first: at, length, focused }) => {
        const first = Math.min(at, count);
        const end = Math.min(first + length, count);
        let next = 0;
        let reached = false;
        for (const piece of piecesOf({ first, end }, count, focused)) {
          if ('gap' in piece) {
            expect(piece.after).toBe(next);
            expect(piece.gap).toBeGreaterThan(0);
            next += piece.gap;
          } else {
            expect(piece.row).toBe(next);
            reached ||= piece.row === focused;
            next++;
          }
        }
        expect(next).toBe(count);
        expect(reached).toBe(focused !== null && focused >= 0 && focused < count);
      }),
    );
  });
});

describe('a duration beside what is usual', () => {
  const usual = { medianSeconds: 10, ended: 12 };

  it.each([
    [10, 0.5, 'usual', false],
    [14, 0.7, 'usual', false],
    [15, 0.75, 'slower', false],
    [40, 1, 'slower', true],
    [5, 0.25, 'faster', false],
  ])('%d s of 10 s fill %d of the bar and are %s', (seconds, share, pace, isOver) => {
    expect(sparkOf(seconds, usual)).toMatchObject({ share, pace, isOver });
  });

  it('is not told of too few, or where nothing is known', () => {
    expect(sparkOf(1, { ...usual, ended: 2 })).toBeNull();
    expect(sparkOf(1, { ...usual, medianSeconds: 0 })).toBeNull();
    expect(sparkOf(null, usual)).toBeNull();
    expect(sparkOf(1, undefined)).toBeNull();
  });

  it('is a number of times', () => {
    expect([0.001, 0.31, 1, 2.449, 12.4].map(timesText)).toEqual(['<0.1×', '0.3×', '1×', '2.4×', '12×']);
  });
});

describe('what a person writes', () => {
  it.each([
    ['90', 90],
    ['1.5 s', 1.5],
    ['200ms', 0.2],
    ['2 min 30 s', 150],
    ['1h', 3600],
    ['50 µs', 0.00005],
    ['', null],
    ['soon', null],
    ['-1', null],
    ['1 s later', null],
  ])('%j is %s seconds', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds);
  });

  it('keeps a moment through a field for date and time, to the minute', () => {
    const moment = new Date(2026, 2, 4, 5, 6).getTime();
    expect(toLocalInput(moment)).toBe('2026-03-04T05:06');
    expect(fromLocalInput(toLocalInput(moment))).toBe(moment);
    expect([toLocalInput(null), fromLocalInput('')]).toEqual(['', null]);
  });
});

describe('the list as CSV', () => {
  it('quotes what has to be, and lets no cell begin a formula', () => {
    const text = csvOf([listed('a', { workflowName: '=HYPERLINK("x")', error: 'one, "two"\nthree', startedAt: null })]);
    expect(text).toBe(
      'id,workflow,number,version,status,started_at,completed_at,duration_seconds,trigger,external_id,error\r\n' +
        `a,"'=HYPERLINK(""x"")",1,1,completed,,1970-01-01T00:00:01.000Z,1,manual,,"one, ""two""\nthree"\r\n`,
    );
  });
});
