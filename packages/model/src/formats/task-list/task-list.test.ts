import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { only } from '../../../testing/at.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { spanNameAt, type Trace } from '../../trace/trace.ts';
import { isoFromEpoch } from '../../units.ts';
import { detectTraceFormat, readTraceFile } from '../registry.ts';
import { utf8 } from '../web.ts';
import { COLUMN_NAMES } from './columns.ts';

function traces(text: string, fileName = 'nightly.csv'): Promise<readonly Trace[]> {
  return readTraceFile(utf8(text), { fileName });
}

async function read(text: string): Promise<Trace> {
  return only(await traces(text));
}

function edges({ nodes }: Trace): string[] {
  return nodes.key.flatMap((key, i) =>
    Array.from(nodes.deps.subarray(nodes.depOffsets[i], nodes.depOffsets[i + 1]), (dep) => `${nodes.key[dep]}>${key}`),
  );
}

const PLAIN = `name,start,end,depends_on,worker
extract,2024-01-01T10:00:00Z,2024-01-01T10:00:04Z,,w1
load,2024-01-01T10:00:05Z,2024-01-01T10:00:07Z,extract,w2
`;

describe('CSV', () => {
  test('in its plainest form', async () => {
    const trace = await read(PLAIN);
    expect(trace.execution).toMatchObject({
      name: 'nightly',
      workflow: 'nightly',
      sourceFormat: 'tasks',
      eventCount: 2,
    });
    expect(trace.execution.startedAt && isoFromEpoch(trace.execution.startedAt)).toBe('2024-01-01T10:00:00.000Z');
    expect(edges(trace)).toEqual(['extract>load']);
    expect(trace.spans.tracks).toEqual(['w1', 'w2']);
    expect(buildProfile(trace)).toMatchObject({ makespan_ms: 7000, work_ms: 6000, critical_path: { gaps_ms: 1000 } });
    expect(trace.warnings).toEqual([]);
  });

  test('with quotes, semicolons, Windows line ends and a byte order mark', async () => {
    const trace = await read(
      '\uFEFF"Task Name";"Start Time (ms)";"Duration [ms]"\r\n"a ""b""; c\r\nd";0;1500\r\ne;1500;500\r\n',
    );
    expect(trace.nodes.key).toEqual(['a "b"; c\r\nd', 'e']);
    expect(trace.execution.startedAt).toBeNull();
    expect(buildProfile(trace)).toMatchObject({ makespan_ms: 2000, work_ms: 2000 });
  });

  test('keeps formulas as the text that they are', async () => {
    const trace = await read('name,start,end,note\n=1+2,0,1,"=HYPERLINK(""http://x"")"\n');
    expect(trace.nodes.name).toEqual(['=1+2']);
    expect(trace.spans.metadata.get(0)).toEqual({ note: '=HYPERLINK("http://x")' });
  });

  test('as TSV without a last line end, and cut off in quotes', async () => {
    expect((await read('task\tbegin\tfinish\na\t1\t3')).nodes.key).toEqual(['a']);
    const cut = await read('task,begin,finish\na,1,3\n"b');
    expect(cut.warnings).toEqual([expect.objectContaining({ code: 'truncated_file' })]);
    expect(cut.nodes.key).toEqual(['a']);
  });
});

describe('JSON', () => {
  const rows = [
    { id: 'a', startedAt: 1_700_000_000_000, endedAt: 1_700_000_002_500, dependsOn: [], status: 'SUCCESS' },
    {
      id: 'b',
      startedAt: 1_700_000_002_500,
      endedAt: 1_700_000_003_000,
      dependsOn: ['a'],
      status: 'error',
      error: 'no',
    },
  ];
  test.each([
    ['lines', rows.map((row) => JSON.stringify(row)).join('\n')],
    ['an array', JSON.stringify(rows, null, 2)],
    ['an object around', JSON.stringify({ name: 'nightly', tasks: rows })],
  ])('%s', async (_, text) => {
    const trace = await read(text);
    expect(edges(trace)).toEqual(['a>b']);
    expect(buildProfile(trace)).toMatchObject({ makespan_ms: 3000, execution: { status: 'failed', name: 'nightly' } });
    expect(trace.spans.metadata.get(1)).toMatchObject({ error: { code: 'failed', message: 'no' } });
  });
});

describe('times', () => {
  test.each<[string, string, number, number]>([
    ['seconds by default', 'name,start,end\na,0,2.5', 2500, 0],
    ['the unit in the name', 'name,start_ms,end_ms\na,0,2500', 2500, 0],
    ['the unit of another column', 'name,start,duration_ms\na,1000,2500', 2500, 0],
    ['nanoseconds since 1970', 'name,start,end\na,1700000000000000000,1700000002500000000', 2500, 0],
    ['a duration of the unit of the moments', 'name,start,duration\na,1700000000000,2500', 2500, 0],
    ['a duration in words', 'name,start,duration\na,2024-01-01T00:00:00Z,1m 2.5s', 62_500, 0],
    ['a clock', 'name,start,duration\na,2024-01-01T00:00:00Z,00:01:02.5', 62_500, 0],
    ['an ISO duration', 'name,start,duration\na,2024-01-01T00:00:00Z,PT1M2.5S', 62_500, 0],
    ['an end and a duration', 'name,end,duration\na,10,2.5', 2500, 0],
    ['a submission', 'name,queued_at,start,end\na,0,1.5,4', 2500, 1500],
    ['a wait', 'name,start,end,wait_s\na,10,12.5,1.5', 2500, 1500],
    ['a submission and a wait', 'name,submitted,wait,duration\na,10,1.5,2.5', 2500, 1500],
  ])('%s', async (_, text, work, wait) => {
    const profile = buildProfile(await read(text));
    expect([profile.work_ms, profile.queue_wait_ms ?? 0]).toEqual([work, wait]);
  });

  test('that are not there: the graph places the tasks', async () => {
    const trace = await read('name,duration,depends_on\na,2,\nb,3,a\nc,1,a\n');
    expect(buildProfile(trace)).toMatchObject({ makespan_ms: 5000, work_ms: 6000, span_ms: 5000 });
    expect(trace.warnings).toEqual([{ code: 'assumed_start', count: 3, example: 'task a' }]);
  });

  test('without a zone are told of, by line and column', async () => {
    const trace = await read('name,start,end\na,2024-01-01 10:00:00,2024-01-01 10:00:01\n');
    expect(trace.warnings).toEqual([
      { code: 'missing_zone', count: 2, example: 'line 2, column "start": "2024-01-01 10:00:00"' },
    ]);
  });

  test('that cannot be read are told of, by line and column', async () => {
    const trace = await read('name,start,end\na,0,1\n"b\nb",soon,2\nc,3,later\n');
    expect(trace.warnings.find(({ code }) => code === 'unreadable_value')).toEqual({
      code: 'unreadable_value',
      count: 2,
      example: 'line 3, column "start": "soon" is no time',
    });
  });
});

describe('tasks', () => {
  test('of several executions', async () => {
    const all = await traces('run_id,pipeline,step,start,end\n7,etl,a,0,1\n8,etl,a,0,2\n7,etl,b,1,3\n');
    expect(all.map(({ execution }) => execution)).toEqual([
      expect.objectContaining({ name: '7', externalId: '7', workflow: 'etl', eventCount: 2 }),
      expect.objectContaining({ name: '8', externalId: '8', workflow: 'etl', eventCount: 1 }),
    ]);
  });

  test('that were tried again', async () => {
    const trace = await read('task,attempt,start,end,status\na,2,4,6,ok\na,1,0,3,failed\nb,1,6,7,ok\n');
    expect(buildProfile(trace)).toMatchObject({
      counts: { leaf_nodes: 2, attempts: 3, events: 3 },
      retries: [{ id: 'a', attempts: 2, cost_ms: 4000 }],
      execution: { status: 'completed' },
    });
  });

  test('that are called the same are instances of one', async () => {
    const trace = await read('task,start,end\na,0,1\na,1,2\nb,2,3\n');
    expect(trace.nodes.key).toEqual(['a', 'a', 'b']);
    expect([...trace.nodes.iteration]).toEqual([0, 1, -1]);
  });

  test('that are called the same and depend on each other go by their ids', async () => {
    const trace = await read('id,task,start,end,needs\n1,a,0,1,\n2,a,1,2,1\n3,b,2,3,1;2\n');
    expect(edges(trace)).toEqual(['1>2', '1>b', '2>b']);
  });

  test('with spaces and commas in their names are found', async () => {
    const trace = await read(
      'task,start,end,after\n"build, all",0,1,\nunit test,0,1,\nship,1,2,"build, all;unit test"\nsay,1,2,unit test\n',
    );
    expect(edges(trace)).toEqual(['build, all>ship', 'unit test>ship', 'unit test>say']);
  });

  test('in groups, whether or not those are tasks themselves', async () => {
    const trace = await read('task,group,start,end\na,prepare,0,1\nb,prepare,1,3\n');
    expect(trace.nodes.type).toEqual(['group', 'task', 'task']);
    expect(buildProfile(trace)).toMatchObject({ counts: { nodes: 3, leaf_nodes: 2 }, work_ms: 3000 });
    const nested = await read('id,parent_id,name,start,end\n1,,all,0,9\n2,1,part,1,2\n');
    expect(spanNameAt(nested.spans, nested.spans.parent[1])).toBe('all');
    expect(buildProfile(nested)).toMatchObject({ work_ms: 1000 });
  });

  test.each<[string, string]>([
    ['ok', 'completed'],
    ['ERROR', 'failed'],
    ['Timed Out', 'timeout'],
    ['canceled', 'cancelled'],
    ['0', 'completed'],
    ['3', 'failed'],
    ['whatever', 'completed'],
  ])('of status %s', async (word, status) => {
    expect((await read(`task,start,end,state\na,0,1,${word}\n`)).execution.status).toBe(status);
  });
});

describe('what cannot be read says why', () => {
  test.each([
    ['no time at all', 'name,start,end\na,soon,later\n', 'line 2, column "start": "soon" is no time'],
    ['nothing but a line of names', 'name,start,end\n', 'the list holds no tasks'],
    ['quotes without an end', `name,start,end\n"${'a'.repeat(17_000_000)}`, 'line 2, column 1: the quotes do not end'],
  ])('%s', async (_, text, message) => {
    await expect(traces(text)).rejects.toThrowError(message);
    await expect(traces(text)).rejects.toMatchObject({ code: 'malformed' });
  });

  test('a list without a column of times, when it is said to be one', async () => {
    const reading = readTraceFile(utf8('name,colour\na,red\n'), { format: 'tasks' });
    await expect(reading).rejects.toThrowError(
      'no column tells when tasks ran, such as start, started, started_at or duration',
    );
  });
});

describe('a list is told by its columns', () => {
  test.each([
    ['prose, with commas, start and end', null],
    ['name,colour,end', null],
    ['id,name,start,duration', 'tasks'],
    ['{"name":"a","colour":1}', null],
    ['[{"title":"a","begin":1,"stop":2}]', 'tasks'],
    ['{"name":"a","duration":1,"deps":[]}', 'tasks'],
  ])('%s', (text, format) => {
    expect(detectTraceFormat(utf8(text))?.name ?? null).toBe(format);
  });

  const fixtures = fileURLToPath(new URL('../../../../../fixtures/', import.meta.url));
  test('no fixture of another kind is taken for one', () => {
    const taken: string[] = [];
    for (const entry of readdirSync(fixtures, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || /\.(md|gz|txt)$/.test(entry.name) || entry.parentPath.includes('task-list')) continue;
      const path = `${entry.parentPath}/${entry.name}`;
      if (detectTraceFormat(readFileSync(path))?.name === 'tasks') taken.push(path);
    }
    expect(taken).toEqual([]);
  });
});

test('any text in a cell comes back as it was', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1, maxLength: 5 }),
      async (names) => {
        const quoted = names.map((name, i) => `"x${name.replaceAll('"', '""')}x",${i},${i + 1}`);
        const trace = await read(`name,start,end\n${quoted.join('\n')}`);
        expect([...new Set(trace.nodes.name)].toSorted()).toEqual(
          [...new Set(names.map((name) => `x${name}x`))].toSorted(),
        );
      },
    ),
  );
});

test('the documentation names every column', () => {
  const page = readFileSync(
    fileURLToPath(new URL('../../../../../docs/formats/task-list.md', import.meta.url)),
    'utf8',
  );
  for (const [role, names] of Object.entries(COLUMN_NAMES))
    expect(page, role).toContain(
      `| ${names
        .split(' ')
        .map((name) => `\`${name}\``)
        .join(', ')} |`,
    );
});
