import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { NONE, spanIdAt, type Trace } from '../trace/trace.ts';
import { TraceAssembler } from '../trace/assemble.ts';
import { microsFromMs } from '../units.ts';
import { only } from '../../testing/at.ts';
import { openJaeger } from '../formats/jaeger/reader.ts';
import { readWhole } from '../formats/format.ts';
import { utf8 } from '../formats/web.ts';
import { analyseTrace, type Analysis } from './analyse.ts';
import { leafId } from './leaf-graph.ts';
import { slackOfSpan } from './slack.ts';
import type { OverlapTolerance } from './span-path.ts';

/*
 * Real executions with values that were published with them or computed by an independent script. The rows are turned
 * into traces here, in the plainest way, so that nothing but the analyses is under test; those of Jaeger go through its
 * reader.
 */

type Row = Readonly<Record<string, unknown>>;

const FIXTURES = new URL('../../../../fixtures/', import.meta.url);

function read(path: string): string {
  const bytes = readFileSync(new URL(path, FIXTURES));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function row(value: unknown): Row {
  if (!isRow(value)) throw new TypeError('an object was expected');
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('a list was expected');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError('an id was expected');
  return String(value);
}

function json(path: string): Row {
  return row(JSON.parse(read(path)));
}

function jsonLines(path: string): Row[] {
  return read(path)
    .trim()
    .split('\n')
    .map((line) => row(JSON.parse(line)));
}

/** The workflows of a file of tasks (Workflow Trace Archive), each as a trace; times are milliseconds. */
function tracesOfTasks(path: string): Map<string, Trace> {
  return tracesOf(jsonLines(path));
}

function tracesOf(tasks: readonly Row[]): Map<string, Trace> {
  const assemblers = new Map<string, TraceAssembler>();
  for (const task of tasks) {
    const workflow = text(task['workflow_id']);
    const assembler = assemblers.get(workflow) ?? new TraceAssembler({ externalId: workflow });
    assemblers.set(workflow, assembler);
    const key = text(task['id']);
    const dependsOn = list(task['parents']).map(text);
    assembler.addNode({ key, name: key, type: 'task', iteration: null, parentKey: null, dependsOn });
    const wait = Math.max(0, Number(task['wait_time']));
    assembler.addSpan({
      id: key,
      parentId: null,
      kind: 'node',
      name: key,
      nodeKey: key,
      iteration: null,
      start: microsFromMs(Number(task['ts_submit']) + wait),
      duration: microsFromMs(Number(task['runtime'])),
      status: 'completed',
      track: null,
      metadata: null,
    });
  }
  return new Map([...assemblers].map(([id, assembler]) => [id, assembler.finish()]));
}

/** A trace in Jaeger's JSON, as its reader reads it. */
function traceOfJaeger(source: unknown): Trace {
  return only(readWhole(openJaeger({}), utf8(JSON.stringify(source))));
}

const STRICT: OverlapTolerance = { fraction: 0, atMost: 0 };

/** The sections from the last to the first, with times from the trace's own origin. */
function sectionsOf({ path, graph }: Analysis, origin = 0): (readonly [string, number, number])[] {
  if (path?.kind !== 'spans') throw new Error('a path along spans was expected');
  const { ids } = graph.trace.spans;
  const sections: (readonly [string, number, number])[] = [];
  for (const [i, span] of path.spans.entries()) {
    sections.unshift([spanIdAt(ids, span), path.from[i] + origin, path.to[i] + origin]);
  }
  return sections;
}

function spansOnPath(analysis: Analysis): string[] {
  return [...new Set(sectionsOf(analysis).map(([id]) => id))].sort();
}

/** The ids of the topmost spans. */
function rootsOf({ graph }: Analysis): string[] {
  return Array.from(graph.tree.roots, (root) => spanIdAt(graph.trace.spans.ids, root));
}

/** The ids of spans that hold nothing up although what is around them may: they lie outside of it. */
function droppedFrom({ graph, slack }: Analysis): string[] {
  const { ids, parent, length } = graph.trace.spans;
  const isKnown = (span: number) => !Number.isNaN(slack?.slack[span]);
  const dropped = Array.from({ length }, (_, span) => span).filter((span) => {
    return !isKnown(span) && parent[span] !== NONE && isKnown(parent[span]);
  });
  return dropped.map((span) => spanIdAt(ids, span)).sort();
}

function without(ids: readonly string[], others: readonly string[]): string[] {
  return ids.filter((id) => !others.includes(id));
}

function isSame(ids: readonly string[], others: readonly string[]): boolean {
  return ids.length === others.length && without(ids, others).length === 0;
}

/** Slack and drag of leaves and spans by id. */
function slackById({ graph, slack }: Analysis): Map<string, unknown> {
  const { ids, length } = graph.trace.spans;
  return new Map(Array.from({ length }, (_, span) => [spanIdAt(ids, span), slackOfSpan(slack, graph, span)]));
}

function pathIds({ graph, path }: Analysis): string[] {
  if (path?.kind !== 'dependencies') throw new Error('a path along dependencies was expected');
  return Array.from(path.leaves, (leaf) => leafId(graph, leaf));
}

function sorted(value: unknown): string[] {
  return list(value).map(text).sort();
}

describe('eight runs of one workflow on a grid (wta-askalon)', () => {
  const traces = tracesOfTasks('wta-askalon/tasks.jsonl');
  const expected = json('wta-askalon/expected.json');

  test.each(Object.keys(expected))('%s', (id) => {
    const values = row(expected[id]);
    const cp = row(values['observed_cp']);
    const trace = traces.get(id);
    if (trace === undefined) throw new Error('the run is missing');
    const { graph, measures, path } = analyseTrace(trace);
    if (measures === null || path?.kind !== 'dependencies') throw new Error('a path along dependencies was expected');
    const names = (leaves: Uint32Array) => Array.from(leaves, (leaf) => leafId(graph, leaf));
    expect({
      tasks: graph.leaves.length,
      edges: trace.nodes.deps.length,
      observed_makespan: measures.makespan / 1000,
      work: measures.work / 1000,
      span: measures.span / 1000,
      span_path: names(measures.spanPath),
      parallelism: Number(measures.parallelism?.toFixed(6)),
      efficiency_seed: Number(measures.efficiency?.toFixed(6)),
      peak: measures.peakConcurrency,
      utilisation: Number(measures.utilisation?.toFixed(6)),
      observed_cp: {
        path: names(path.leaves),
        tasks_on_path: path.leaves.length,
        runtime_on_path: path.onPath / 1000,
        gaps: path.gaps / 1000,
        lead: path.lead / 1000,
        negative_gaps: path.negativeGaps,
      },
    }).toEqual({
      tasks: values['tasks'],
      edges: values['edges'],
      observed_makespan: values['observed_makespan'],
      work: values['work'],
      span: values['span'],
      span_path: values['span_path'],
      parallelism: values['parallelism'],
      efficiency_seed: values['efficiency_seed'],
      peak: values['peak'],
      utilisation: values['utilisation'],
      observed_cp: cp,
    });
  });
});

test('the published critical path lengths of 1,000 workflows (wta-shell) are the span with release times', () => {
  const traces = tracesOfTasks('wta-shell/tasks.jsonl.gz');
  const workflows = jsonLines('wta-shell/workflows.jsonl.gz');
  expect(workflows).toHaveLength(1000);
  for (const workflow of workflows) {
    const trace = traces.get(text(workflow['id']));
    if (trace === undefined) throw new Error('a workflow is missing');
    const { measures, graph } = analyseTrace(trace);
    expect(graph.leaves.length).toBe(workflow['task_count']);
    expect((measures?.spanReleased ?? 0) / 1000, text(workflow['id'])).toBe(workflow['critical_path_length']);
  }
});

describe('spans without dependencies', () => {
  const crisp = json('crisp/expected.json');
  const peer = json('crisp/expected_crisp.json');

  test.each(Object.keys(crisp))("CRISP's example %s", (file) => {
    const values = row(crisp[file]);
    const trace = traceOfJaeger(list(json(`crisp/${file}`)['data'])[0]);
    const strict = analyseTrace(trace, { overlapTolerance: STRICT });
    expect(sectionsOf(strict)).toEqual(values['sections']);
    expect(strict.measures?.makespan).toBe(values['root_duration']);
    const self = new Map<string, number>();
    for (const [id, from, to] of sectionsOf(strict)) self.set(id, (self.get(id) ?? 0) + to - from);
    expect(Object.fromEntries(self)).toEqual(values['self_on_cp']);
    expect(spansOnPath(strict)).toEqual(sorted(values['span_ids']));
    expect(rootsOf(strict)).toEqual([values['root']]);
    expect(strict.graph.tree.roots).toHaveLength(Number(values['roots']));
    expect(droppedFrom(strict)).toEqual(values['dropped_roots_of_subtrees']);
    const published = sorted(row(peer[file])['critical_path_span_ids']);
    expect(published).toEqual(sorted(values['peer_span_ids']));
    expect(without(published, spansOnPath(strict))).toEqual(values['superset_diff']);
    expect(isSame(published, spansOnPath(strict))).toBe(values['set_equal_to_peer']);
    // CRISP itself: it also names spans that have no time of their own on the path (the root of the third example).
    const ours = spansOnPath(analyseTrace(trace));
    expect(published.filter((id) => file !== '3.json' || id !== 'A')).toEqual(ours);
  });

  const cases = list(JSON.parse(read('jaeger-ui/critical_path_cases.json'))).map(row);
  const jaeger = json('jaeger-ui/expected.json');

  test.each(cases.map((one) => [text(one['case']), one] as const))("Jaeger UI's %s", (name, one) => {
    const source = row(one['trace']);
    const origin = Math.min(...list(source['spans']).map((span) => Number(row(span)['startTime'])));
    const analysis = analyseTrace(traceOfJaeger(source));
    const published = list(one['expectedCriticalPathSections']).map((section) => {
      const { spanID, sectionStart, sectionEnd } = row(section);
      return [spanID, sectionStart, sectionEnd];
    });
    expect(sectionsOf(analysis, origin)).toEqual(published);
    expect(sectionsOf(analysis, origin)).toEqual(row(jaeger[name])['sections']);
  });

  const services = list(json('deathstarbench/compose-post.json.gz')['data']);
  const stars = json('deathstarbench/expected.json');
  const starsPeer = json('deathstarbench/expected_crisp.json');

  test.each(services.map((one) => [text(row(one)['traceID']), one] as const))('DeathStarBench %s', (id, one) => {
    const values = row(stars[id]);
    const trace = traceOfJaeger(one);
    expect(trace.spans.length).toBe(values['spans']);
    const strict = analyseTrace(trace, { overlapTolerance: STRICT });
    expect(strict.measures?.makespan).toBe(values['root_duration']);
    expect(spansOnPath(strict)).toEqual(sorted(values['span_ids']));
    const published = sorted(row(starsPeer[id])['critical_path_span_ids']);
    expect(spansOnPath(strict)).toHaveLength(Number(values['spans_on_cp']));
    expect(published).toHaveLength(Number(values['peer_spans_on_cp']));
    expect(without(spansOnPath(strict), published)).toEqual(values['only_ours']);
    expect(without(published, spansOnPath(strict))).toEqual(values['only_peer']);
    const byName = strict.bottlenecks.filter(({ critical }) => critical > 0).map((b) => [b.name, b.critical]);
    expect(byName.slice(0, 5)).toEqual(values['top_self_on_cp']);
    expect(spansOnPath(analyseTrace(trace))).toEqual(published);
  });

  test('no section is idle where there is one root', () => {
    for (const one of services) {
      const { path } = analyseTrace(traceOfJaeger(one));
      expect(path?.kind === 'spans' && path.spans.includes(NONE)).toBe(false);
    }
  });
});

test('of several tracks the one that started last is followed back', () => {
  const spans = [
    { spanID: 'main', operationName: 'main', startTime: 0, duration: 100 },
    { spanID: 'worker', operationName: 'worker', startTime: 60, duration: 40 },
    { spanID: 'helper', operationName: 'helper', startTime: 20, duration: 50 },
  ];
  expect(sectionsOf(analyseTrace(traceOfJaeger({ spans })))).toEqual([
    ['worker', 60, 100],
    ['helper', 20, 60],
    ['main', 0, 20],
  ]);
});

/*
 * Whoever writes the same executions otherwise (in another order, on another clock, at another pace) has to be told the
 * same of them.
 */
describe('the same executions, written otherwise', () => {
  const crisp = json('crisp/expected.json');
  const services = list(json('deathstarbench/compose-post.json.gz')['data']);
  const traces = [
    ...Object.keys(crisp).map((file) => [`crisp/${file}`, list(json(`crisp/${file}`)['data'])[0]] as const),
    ...services.map((one) => [`deathstarbench/${text(row(one)['traceID'])}`, one] as const),
  ];

  /** The trace with every span changed, and in another order. */
  function rewritten(source: unknown, change: (span: Row) => Row): Row {
    const spans = list(row(source)['spans']).map((span) => change(row(span)));
    const half = Math.floor(spans.length / 3);
    return { ...row(source), spans: [...spans.slice(half).reverse(), ...spans.slice(0, half)] };
  }

  test.each(traces)('%s', (_, source) => {
    const before = analyseTrace(traceOfJaeger(source));
    const shifted = rewritten(source, (span) => ({ ...span, startTime: Number(span['startTime']) + 3_600_000_000 }));
    const after = analyseTrace(traceOfJaeger(shifted));
    expect(sectionsOf(after)).toEqual(sectionsOf(before));
    expect(after.accounting?.totals).toEqual(before.accounting?.totals);
    expect(slackById(after)).toEqual(slackById(before));
    const origin = Math.min(...list(row(source)['spans']).map((span) => Number(row(span)['startTime'])));
    const slower = rewritten(source, (span) => ({
      ...span,
      startTime: origin + (Number(span['startTime']) - origin) * 7,
      duration: Number(span['duration']) * 7,
    }));
    const strict = sectionsOf(analyseTrace(traceOfJaeger(source), { overlapTolerance: STRICT }));
    const scaled = sectionsOf(analyseTrace(traceOfJaeger(slower), { overlapTolerance: STRICT }));
    expect(scaled).toEqual(strict.map(([id, from, to]) => [id, from * 7, to * 7]));
  });

  test('runs on a grid', () => {
    const tasks = jsonLines('wta-askalon/tasks.jsonl');
    const changed = tasks.toReversed().map((task): Row => {
      const parents = list(task['parents']).toReversed();
      return { ...task, parents, ts_submit: Number(task['ts_submit']) + 86_400_000 };
    });
    const before = tracesOf(tasks);
    for (const [id, trace] of tracesOf(changed)) {
      const one = analyseTrace(before.get(id) ?? expect.fail());
      const other = analyseTrace(trace);
      expect(pathIds(other)).toEqual(pathIds(one));
      expect(slackById(other)).toEqual(slackById(one));
      expect(other.measures).toMatchObject({
        makespan: one.measures?.makespan,
        work: one.measures?.work,
        span: one.measures?.span,
        spanReleased: one.measures?.spanReleased,
        peakConcurrency: one.measures?.peakConcurrency,
      });
    }
  });
});
