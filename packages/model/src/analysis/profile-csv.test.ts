import { expect, test } from 'vitest';
import { traceOf } from '../../testing/any-trace.ts';
import { Drawing } from '../../testing/drawing.ts';
import { KIND } from '../trace/trace.ts';
import { buildProfileCsv, profileCsvHeader } from './profile-csv.ts';

/** The rows of a table by the names of its columns; no cell of these has a comma in it. */
function read(table: string): Record<string, string>[] {
  const [header = '', ...lines] = table.trimEnd().split('\r\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '?', cell])));
}

test('a row for each node says what its time went to, all of it and on the critical path', () => {
  const trace = new Drawing({ externalId: 'run-1', workflow: 'shop' })
    .node('short', [], [0, 100], [['execute', [0, 100]]])
    .node(
      'long',
      ['short'],
      [100, 500],
      [
        ['queue_wait', [100, 150]],
        ['execute', [150, 500]],
      ],
      { type: 'http' },
    )
    .trace();
  const rows = read(profileCsvHeader() + buildProfileCsv(trace));
  expect(rows).toMatchObject([
    {
      execution: 'run-1',
      workflow: 'shop',
      id: 'long',
      type: 'http',
      count: '1',
      attempts: '1',
      total_ms: '400',
      self_ms: '350',
      on_path_ms: '400',
      percent_of_makespan: '80',
      p50_ms: '400',
      work_ms: '350',
      queue_ms: '50',
      on_path_queue_ms: '50',
    },
    { id: 'short', on_path_ms: '100', on_path_work_ms: '100' },
  ]);
  expect(rows.every((row) => Object.keys(row).length === profileCsvHeader().split(',').length)).toBe(true);
});

test('a name that would be a formula is text', () => {
  const trace = new Drawing().node('=HYPERLINK("http://x")', [], [0, 1]).trace();
  expect(buildProfileCsv(trace)).toContain(`"'=HYPERLINK(""http://x"")"`);
});

test('without nodes there is a row for each name of spans', () => {
  const common = { parent: -1, node: -1, kind: KIND.phase, status: 2, track: -1, name: 5 };
  const spans = [
    { ...common, start: 0, duration: 1000 },
    { ...common, start: 1000, duration: 3000 },
  ];
  expect(read(profileCsvHeader() + buildProfileCsv(traceOf([], spans)))).toMatchObject([
    { id: 'execute', type: '', count: '2', total_ms: '4', self_ms: '4', max_ms: '3' },
  ]);
});
