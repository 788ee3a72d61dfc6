import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { statusOf } from '../../trace/status.ts';
import { NONE, OPEN, type Trace } from '../../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from '../registry.ts';
import { utf8 } from '../web.ts';
import { tasksInDepends } from './templates.ts';

interface Expected {
  readonly nodes: number;
  readonly leaf_nodes: number;
  readonly types: Readonly<Record<string, number>>;
  readonly phases: Readonly<Record<string, number>>;
  readonly work?: number;
  readonly observed_makespan?: number;
  readonly peak?: number;
  readonly not_finished?: number;
  readonly negative_durations?: number;
  readonly child_outside_boundary?: number;
  readonly dangling_children?: number;
}

const FIXTURES = fileURLToPath(new URL('../../../../../fixtures/argo/', import.meta.url));
const parse: (text: string) => Record<string, Expected> = JSON.parse;
const EXPECTED = Object.entries(parse(readFileSync(`${FIXTURES}expected.json`, 'utf8')));
const textOfFile = (file: string) => readFileSync(FIXTURES + file, 'utf8');
const load = async (file: string) => only(await readTraceFile(utf8(textOfFile(file))));
const read = (value: unknown) => readTraceFile(utf8(JSON.stringify(value)));

/** What a field of the source's nodes holds, counted, from the metadata of their spans. */
function counted({ nodes, spans }: Trace, field: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of nodes.span) {
    const held = spans.metadata.get(row)?.[field];
    const value = typeof held === 'string' ? held : 'null';
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

/** What each node waits for, by key. */
function waits({ nodes }: Trace): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [row, key] of nodes.key.entries()) {
    const deps = nodes.deps.subarray(at(nodes.depOffsets, row), at(nodes.depOffsets, row + 1));
    if (deps.length > 0) found[key] = Array.from(deps, (dep) => nodes.key[dep] ?? '').sort();
  }
  return found;
}

/** What contains each node, by key. */
function containers({ nodes }: Trace): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [row, key] of nodes.key.entries()) {
    const up = at(nodes.parent, row);
    if (up !== NONE) found[key] = nodes.key[up] ?? '';
  }
  return found;
}

describe('real files', () => {
  test.each(EXPECTED)('%s has the values that others find', async (file, expected) => {
    expect(detectTraceFormat(utf8(textOfFile(file)))?.name).toBe('argo');
    const trace = await load(file);
    const profile = buildProfile(trace);
    expect(profile.counts).toMatchObject({
      nodes: expected.nodes,
      leaf_nodes: expected.leaf_nodes,
      events: expected.nodes,
    });
    expect(counted(trace, 'type')).toEqual(expected.types);
    expect(counted(trace, 'phase')).toEqual(expected.phases);
    if (expected.work !== undefined) expect(profile.work_ms).toBe(expected.work * 1000);
    if (expected.peak !== undefined) expect(profile.peak_concurrency).toBe(expected.peak);
    expect(trace.warnings.filter(({ code }) => !['outside_parent', 'end_before_start'].includes(code))).toEqual([]);
  });

  test.each(EXPECTED.filter(([, { not_finished }]) => not_finished !== undefined))(
    'of %s as much is open and odd as others find',
    async (file, expected) => {
      const { nodes, spans, warnings } = await load(file);
      const warned = (code: string) => warnings.find((warning) => warning.code === code)?.count ?? 0;
      expect({
        not_finished: nodes.span.filter((row) => spans.duration[row] === OPEN).length,
        negative_durations: warned('end_before_start'),
        child_outside_boundary: warned('outside_parent'),
        dangling_children: warned('missing_node'),
      }).toEqual({
        not_finished: expected.not_finished,
        negative_durations: expected.negative_durations,
        child_outside_boundary: expected.child_outside_boundary,
        dangling_children: expected.dangling_children,
      });
    },
  );

  test.each(EXPECTED.filter(([, { observed_makespan }]) => observed_makespan !== undefined))(
    'the nodes of %s, containers too, last as long as others find',
    async (file, expected) => {
      const { spans } = await load(file);
      const rows = Array.from({ length: spans.length }, (_, row) => row).filter(
        (row) => at(spans.duration, row) !== OPEN,
      );
      const from = Math.min(...rows.map((row) => at(spans.start, row)));
      const to = Math.max(...rows.map((row) => at(spans.start, row) + at(spans.duration, row)));
      expect((to - from) / 1e6).toBe(expected.observed_makespan);
    },
  );

  test('a DAG with retries: who waits for whom, and what the policy was', async () => {
    const trace = await load('dag-disable-fail-fast.yaml');
    expect(waits(trace)).toEqual({ B: ['A'], C: ['A'], D: ['B'], E: ['D'], 'C(1)': ['C(0)'] });
    expect(containers(trace)).toEqual({
      A: 'statis',
      B: 'statis',
      C: 'statis',
      D: 'statis',
      E: 'statis',
      'B(0)': 'B',
      'C(0)': 'C',
      'C(1)': 'C',
    });
    const retries = [...trace.spans.metadata.values()].flatMap(({ retry }) => (retry === undefined ? [] : [retry]));
    expect(retries).toEqual([
      { policy: 'OnFailure', max_attempts: 3 },
      { policy: 'OnFailure', max_attempts: 2 },
    ]);
    expect(trace.execution).toMatchObject({
      status: 'failed',
      recordedDuration: 48e6,
      workflow: 'dag-disable-fail-fast',
    });
    expect(buildProfile(trace).critical_path?.items.map(({ name }) => name)).toEqual(['A', 'B(0)', 'D', 'E']);
  });

  test('DAGs in a DAG, whose tasks name others by `depends`', async () => {
    const found = waits(await load('nestedDAG.yaml'));
    expect(found['D']).toEqual(['B', 'C']);
    expect(found['D.D']).toEqual(['D.B', 'D.C']);
    expect(Object.keys(found)).toHaveLength(15);
  });

  test('the same without templates: by the edges of the nodes', async () => {
    const cut = textOfFile('nestedDAG.yaml').replace(/\nspec:[^]*?\nstatus:/, '\nspec: {}\nstatus:');
    const trace = only(await readTraceFile(utf8(cut)));
    expect(waits(trace)).toEqual(waits(await load('nestedDAG.yaml')));
  });

  test('an exit handler waits for what it handles, and is not one of its tries', async () => {
    const trace = await load('dagOnExitAndRetryStrategy.yaml');
    const dag = '[0].Execute';
    expect(waits(trace)).toEqual({
      [`${dag}.DependencyTesting`]: [`${dag}.Python2Compile`],
      [`${dag}.Python2Compile.onExit`]: [`${dag}.Python2Compile`],
      [`${dag}.DependencyTesting.onExit`]: [`${dag}.DependencyTesting`],
    });
    expect(containers(trace)[`${dag}.Python2Compile.onExit`]).toBe(dag);
  });

  test('items of a task group, containers of a pod, and suspended workflows', async () => {
    const group = await load('dagAssessPhaseContinueOnExpandedTask.yaml');
    expect(containers(group)['one-will-fail(0:1)']).toBe('one-will-fail');
    const set = await load('dagContainersetWf.yaml');
    expect(containers(set)['A.main']).toBe('A');
    expect(statusOf(at(set.nodes.status, set.nodes.key.indexOf('B.main')))).toBe('pending');
    const suspended = await load('retryWorkflowWithNestedDAGsWithSuspendNodes.yaml');
    expect(suspended.spans.names.filter((name) => name === 'sleep')).toHaveLength(1);
  });
});

const time = (second: number) => `2024-05-01T10:00:${String(second).padStart(2, '0')}Z`;
const node = (name: string, type: string, from: number, to: number | null, fields: object = {}) => ({
  id: name,
  name,
  displayName: name.split('.').at(-1),
  type,
  phase: to === null ? 'Running' : 'Succeeded',
  startedAt: time(from),
  finishedAt: to === null ? null : time(to),
  ...fields,
});
const workflow = (nodes: readonly { id: string }[], fields: object = {}, status: object = {}) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Workflow',
  metadata: { name: 'wf' },
  spec: {},
  status: {
    phase: 'Succeeded',
    startedAt: time(0),
    finishedAt: time(30),
    nodes: Object.fromEntries(nodes.map((one) => [one.id, one])),
    ...status,
  },
  ...fields,
});

describe('other shapes of the same', () => {
  const STEPS = [
    node('wf', 'Steps', 0, 30, { children: ['wf[0]'] }),
    node('wf[0]', 'StepGroup', 0, 10, { boundaryID: 'wf', children: ['wf[0].a'] }),
    node('wf[0].a', 'Pod', 0, 10, { boundaryID: 'wf', children: ['wf[1]'] }),
    node('wf[1]', 'StepGroup', 10, 30, { boundaryID: 'wf', children: ['wf[1].b', 'wf[1].c'] }),
    node('wf[1].b', 'Pod', 10, 30, { boundaryID: 'wf', memoizationStatus: { hit: true, key: 'k' } }),
    node('wf[1].c', 'Skipped', 10, 10, { boundaryID: 'wf', phase: 'Skipped', message: "when 'false' evaluated false" }),
  ];

  test('step groups wait for those before them', async () => {
    const trace = only(await read(workflow(STEPS)));
    expect(waits(trace)).toEqual({ '[1]': ['[0]'] });
    expect(containers(trace)).toEqual({
      '[0]': 'workflow',
      '[1]': 'workflow',
      '[0].a': '[0]',
      '[1].b': '[1]',
      '[1].c': '[1]',
    });
    expect(trace.annotations.type).toEqual(['cache']);
    expect(buildProfile(trace)).toMatchObject({
      work_ms: 30_000,
      counts: { leaf_nodes: 3, attempts: 2 },
      warnings: [],
    });
  });

  test('packed nodes are unpacked, and those kept elsewhere are told', async () => {
    const plain = workflow(STEPS);
    const compressedNodes = gzipSync(JSON.stringify(plain.status.nodes)).toString('base64');
    const packed = workflow([], {}, { nodes: undefined, compressedNodes });
    expect(waits(only(await read(packed)))).toEqual({ '[1]': ['[0]'] });
    const elsewhere = only(await read(workflow([], {}, { nodes: undefined, offloadNodeStatusVersion: 'fnv:1' })));
    expect(elsewhere.warnings).toMatchObject([{ code: 'missing_records', count: 1 }]);
    const broken = workflow([], {}, { nodes: undefined, compressedNodes: 'a'.repeat(41) });
    await expect(read(broken)).rejects.toMatchObject({ code: 'malformed' });
  });

  test('lists of kubectl, of the server, events of a watch, and documents of YAML', async () => {
    const one = workflow(STEPS);
    const template = { apiVersion: 'argoproj.io/v1alpha1', kind: 'WorkflowTemplate', metadata: { name: 't' } };
    expect(await read({ apiVersion: 'v1', kind: 'List', items: [one, template, one] })).toHaveLength(2);
    const { apiVersion: _, kind: __, ...bare } = one;
    const list = JSON.stringify([bare, bare]);
    expect(
      detectTraceFormat(
        utf8(JSON.stringify([{ ...bare, metadata: { labels: { 'workflows.argoproj.io/phase': 'x' } } }])),
      )?.name,
    ).toBe('argo');
    expect(await readTraceFile(utf8(list), { format: 'argo' })).toHaveLength(2);
    const watched = ['Running', 'Succeeded'].map((phase) => ({
      result: {
        type: 'MODIFIED',
        object: { ...one, metadata: { name: 'wf', uid: 'u' }, status: { ...one.status, phase } },
      },
    }));
    const lines = watched.map((event) => JSON.stringify(event)).join('\n');
    expect(only(await readTraceFile(utf8(lines))).execution.status).toBe('completed');
    const yaml = textOfFile('dag_xfail.yaml');
    expect(await readTraceFile(utf8(`---\n${yaml}\n---\n${yaml.replace('uid: 5', 'uid: 6')}`))).toHaveLength(2);
  });

  test('failures by time limits and by those who stop a workflow', async () => {
    const failed = (name: string, message: string) => node(name, 'Pod', 0, 5, { phase: 'Failed', message });
    const trace = only(
      await read(
        workflow([
          failed('a', 'Step exceeded its deadline'),
          failed('b', "Stopped with strategy 'Terminate'"),
          failed('c', 'OOMKilled (exit code 137)'),
          node('d', 'Suspend', 5, 9),
          node('e', 'Pod', 5, null, { phase: 'Pending' }),
        ]),
      ),
    );
    expect(Array.from(trace.nodes.status, statusOf)).toEqual([
      'timeout',
      'cancelled',
      'failed',
      'completed',
      'pending',
    ]);
    expect(trace.spans.metadata.get(2)).toMatchObject({
      error: { code: 'Failed', message: 'OOMKilled (exit code 137)' },
    });
  });

  test.each([
    ['A', ['A']],
    ['A && (B.Succeeded || !C-2.Failed)', ['A', 'B', 'C-2']],
    ['A.AnySucceeded || A.AllFailed', ['A']],
    ['', []],
  ])('`depends: %s` names its tasks', (expression, tasks) => {
    expect(tasksInDepends(expression)).toEqual(tasks);
  });
});

describe('what cannot be read is refused in one line', () => {
  const bomb = `apiVersion: argoproj.io/v1alpha1\na: &a [x,x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g']
    .map(
      (key, i) =>
        `${key}: &${key} [${Array(10)
          .fill(`*${'abcdef'.charAt(i)}`)
          .join(',')}]`,
    )
    .join('\n')}\n`;
  test.each<[string, string]>([
    ['a template', 'apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\n'],
    ['broken YAML', 'apiVersion: argoproj.io/v1alpha1\n\tkind: [Workflow\n'],
    ['aliases of aliases', bomb],
    ['very many aliases', `apiVersion: argoproj.io/v1alpha1\na: &a x\nb: [${'*a ,'.repeat(1001)}]\n`],
    ['lists in lists without end', `apiVersion: argoproj.io/v1alpha1\na: ${'['.repeat(50_000)}\n`],
  ])('%s', async (_, text) => {
    const message: unknown = expect.not.stringContaining('\n');
    await expect(readTraceFile(utf8(text))).rejects.toMatchObject({
      name: 'TraceFileError',
      code: 'malformed',
      message,
    });
  });
});
