import { readTraceFile, writeTraceFile, type Status } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfilerStore, ProfilerStoreOptions } from './api.ts';
import { decodeProfile, encodeProfile, profileKey } from './codec.ts';
import { memoryStorage, type ProfilerStorage } from './storage.ts';
import { createProfilerStore } from './store.ts';
import type { NodeExecutionInput, ProfilerAlert, ProfilerGraph } from './types.ts';

/** A store of a clock that a test drives. */
function storeAt(options: ProfilerStoreOptions = {}) {
  let time = 1_000_000;
  let ids = 0;
  const store = createProfilerStore({
    storage: null,
    now: () => time,
    newId: () => `run ${++ids}`,
    ...options,
  });
  return {
    store,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

type Made = ReturnType<typeof storeAt>;

/** Records a run of which each node takes so many ms after the one before. */
function recordChain({ store, pass }: Made, times: Readonly<Record<string, number>>, status: Status = 'completed') {
  store.startRecording('flow');
  let before: string | null = null;
  for (const [nodeId, duration] of Object.entries(times)) {
    pass(duration);
    store.recordNodeExecution('flow', { nodeId, duration, dependsOn: before === null ? [] : [before] });
    before = nodeId;
  }
  const profile = store.endRecording('flow', status);
  if (profile === null) throw new Error('nothing was recorded');
  return profile;
}

const DIAMOND: ProfilerGraph = {
  nodes: ['a', 'b', 'c', 'd'].map((id) => ({ id })),
  edges: [
    { source: 'a', target: 'b' },
    { source: 'a', target: 'c' },
    { source: 'b', target: 'd' },
    { source: 'c', target: 'd' },
  ],
};

function node(nodeId: string, startTime: number, duration: number): NodeExecutionInput {
  return { nodeId, startTime, duration };
}

/** a, then b and c beside each other, then d. */
function recordDiamond(store: ProfilerStore): void {
  store.startRecording('flow', { runId: 'r', startTime: 1000 });
  for (const run of [node('d', 1800, 100), node('c', 1100, 200), node('a', 1000, 100), node('b', 1100, 700)]) {
    store.recordNodeExecution('flow', run);
  }
  store.endRecording('flow', 'completed', { endTime: 1900 });
}

describe('recording', () => {
  it('has the durations, sizes and states that it was told', () => {
    const { store, pass } = storeAt();
    const runId = store.startRecording('flow', { workflowName: 'Flow' });
    expect(store.isRecording('flow')).toBe(true);
    pass(100);
    store.recordNodeExecution('flow', { nodeId: 'load', duration: 80, inputSize: 10, outputSize: 2000, queueTime: 15 });
    pass(50);
    store.recordNodeExecution('flow', { nodeId: 'save', duration: 50, status: 'failed', error: 'disk full' });
    const profile = store.endRecording('flow', 'failed');
    expect(profile).toMatchObject({ runId, workflowName: 'Flow', status: 'failed', totalDuration: 150, nodeCount: 2 });
    expect(profile?.nodeMetrics).toMatchObject([
      { nodeId: 'load', startTime: 1_000_020, endTime: 1_000_100, queueTime: 15, inputSize: 10, outputSize: 2000 },
      { nodeId: 'save', status: 'failed', error: 'disk full', queueTime: null, inputSize: null },
    ]);
    expect(store.isRecording('flow')).toBe(false);
    expect(store.getLatestProfile('flow')).toBe(profile);
  });

  it('keeps runs of one workflow apart that overlap', () => {
    const { store, pass } = storeAt();
    store.startRecording('flow', { runId: 'one' });
    pass(10);
    store.startRecording('flow', { runId: 'two' });
    store.recordNodeExecution('flow', { nodeId: 'a', duration: 5 }, { runId: 'one' });
    store.recordNodeExecution('flow', { nodeId: 'b', duration: 6 });
    expect(store.endRecording('flow', 'completed', { runId: 'one' })?.nodeMetrics).toMatchObject([{ nodeId: 'a' }]);
    expect(store.isRecording('flow')).toBe(true);
    expect(store.endRecording('flow')).toMatchObject({ runId: 'two', nodeMetrics: [{ nodeId: 'b' }] });
  });

  it('takes a node that is told of twice once, its end after its beginning, and what comes late', () => {
    const { store, pass } = storeAt();
    store.startRecording('flow', { runId: 'r' });
    store.recordNodeExecution('flow', { nodeId: 'a', status: 'running' });
    pass(40);
    store.recordNodeExecution('flow', { nodeId: 'a', outputSize: 7 });
    store.recordNodeExecution('flow', { nodeId: 'b', startTime: 1_000_000, duration: 10 });
    store.recordNodeExecution('flow', { nodeId: 'b', startTime: 1_000_000, duration: 10 });
    store.recordNodeExecution('flow', { nodeId: 'b', startTime: 1_000_000, status: 'running' });
    store.recordNodeExecution('flow', { nodeId: 'open', startTime: 1_000_030, status: 'running' });
    store.endRecording('flow');
    expect(
      store.recordNodeExecution('flow', { nodeId: 'late', startTime: 1_000_001, duration: 3 }, { runId: 'r' }),
    ).toBe(true);
    expect(store.recordNodeExecution('flow', { nodeId: 'lost' })).toBe(false);
    expect(store.recordNodeExecution('flow', { nodeId: 'lost' }, { runId: 'unknown' })).toBe(false);
    expect(store.getLatestProfile('flow')?.nodeMetrics).toMatchObject([
      { nodeId: 'a', duration: 40, outputSize: 7, status: 'completed' },
      { nodeId: 'b', duration: 10, status: 'completed' },
      { nodeId: 'late', duration: 3 },
      { nodeId: 'open', duration: 10, status: 'cancelled' },
    ]);
  });

  it('gives the same list until it changes, whatever is recorded meanwhile', () => {
    const made = storeAt();
    recordChain(made, { a: 1 });
    const { store } = made;
    const before = store.getSnapshot('flow');
    store.startRecording('flow');
    store.recordNodeExecution('flow', { nodeId: 'a' });
    expect(store.getSnapshot('flow')).not.toBe(before);
    expect(store.getSnapshot('flow').profiles).toBe(before.profiles);
    expect(store.getSnapshot('flow')).toBe(store.getSnapshot('flow'));
    store.endRecording('flow');
    expect(store.getProfiles('flow')).toHaveLength(2);
    expect(before.profiles).toHaveLength(1);
  });

  it('takes what no date can hold for no time at all', () => {
    const { store } = storeAt();
    store.startRecording('flow', { startTime: Number.NaN });
    for (const startTime of [1e300, -1e16, Number.POSITIVE_INFINITY]) {
      store.recordNodeExecution('flow', { nodeId: String(startTime), startTime, duration: 5 });
    }
    const profile = store.endRecording('flow', 'completed', { endTime: 1e17 });
    expect(profile).toMatchObject({ startTime: 1_000_000, endTime: 1_000_000 });
    expect(profile?.nodeMetrics.map(({ startTime, duration }) => [startTime, duration])).toEqual(
      [1, 2, 3].map(() => [999_995, 5]),
    );
  });

  it('starts a run once, and ends nothing that is not recorded', () => {
    const { store } = storeAt();
    expect(store.startRecording('flow', { runId: 'r' })).toBe('r');
    store.recordNodeExecution('flow', { nodeId: 'a', duration: 1 });
    expect(store.startRecording('flow', { runId: 'r' })).toBe('r');
    expect(store.endRecording('flow')?.nodeCount).toBe(1);
    expect(store.endRecording('flow')).toBeNull();
  });
});

describe('what a recording tells', () => {
  it('ranks nodes by how long they hold the critical path, with their part of the whole', () => {
    const { store } = storeAt();
    recordDiamond(store);
    const found = store.getBottlenecks('flow', 3);
    expect(found.map(({ nodeId, duration }) => [nodeId, duration])).toEqual([
      ['b', 700],
      ['a', 100],
      ['d', 100],
    ]);
    expect(found[0]?.percentageOfTotal).toBeCloseTo(77.78, 2);
  });

  it('holds the run against the longest chain of the graph', () => {
    const { store } = storeAt();
    recordDiamond(store);
    const analysis = store.getParallelizationAnalysis('flow', DIAMOND);
    expect(analysis).toMatchObject({ theoreticalMinimum: 900, makespan: 900, efficiency: 100, work: 1100 });
    expect(analysis?.criticalPath.map(({ nodeId }) => nodeId)).toEqual(['a', 'b', 'd']);
    expect(analysis).toMatchObject({ peakConcurrency: 2, notInRun: [], notInGraph: [], dependenciesKnown: true });
    const wider = { nodes: [...DIAMOND.nodes, { id: 'never' }], edges: DIAMOND.edges };
    expect(store.getParallelizationAnalysis('flow', wider)?.notInRun).toEqual(['never']);
  });

  it('finds nodes that ran one after the other for no reason of the graph', () => {
    const { store } = storeAt();
    store.startRecording('flow', { startTime: 0 });
    store.recordNodeExecution('flow', { nodeId: 'a', startTime: 0, duration: 400 });
    store.recordNodeExecution('flow', { nodeId: 'b', startTime: 400, duration: 900 });
    store.recordNodeExecution('flow', { nodeId: 'c', startTime: 1300, duration: 500 });
    store.endRecording('flow', 'completed', { endTime: 1800 });
    const graph = {
      nodes: [{ id: 'a' }, { id: 'b', dependsOn: ['a'] }, { id: 'c', dependsOn: ['a'] }],
    };
    const analysis = store.getParallelizationAnalysis('flow', graph);
    expect(analysis?.theoreticalMinimum).toBe(1300);
    expect(analysis?.serialised).toMatchObject([{ nodeId: 'c', afterNodeId: 'b', cost: 500 }]);
  });

  it('tells of a run that is more than 20% slower than the one before', () => {
    const made = storeAt();
    recordChain(made, { a: 1000, b: 1000 });
    recordChain(made, { a: 1000, b: 1150 });
    const types = () => made.store.getPerformanceInsights('flow').map(({ type }) => type);
    expect(types()).not.toContain('regression');
    recordChain(made, { a: 1000, b: 1900 });
    const [first] = made.store.getPerformanceInsights('flow');
    expect(first).toMatchObject({ type: 'regression', nodeId: 'b' });
  });

  it('divides the difference from the baseline into parts that add up', () => {
    const made = storeAt();
    const baseline = recordChain(made, { a: 1000, b: 500 });
    made.store.setBaseline('flow', baseline.runId);
    recordChain(made, { a: 1200, b: 450, c: 70 });
    const compared = made.store.compareWithBaseline('flow');
    expect(compared).toMatchObject({ before: 1500, after: 1720, difference: 220, verdict: 'slower' });
    expect(compared?.parts.slice(0, 3)).toMatchObject([
      { nodeId: 'a', difference: 200 },
      { nodeId: 'c', difference: 70 },
      { nodeId: 'b', difference: -50 },
    ]);
    expect(compared?.parts.reduce((sum, { difference }) => sum + difference, 0)).toBe(220);
    expect(made.store.compareWithBaseline('flow', null, { runId: baseline.runId })).toBeNull();
  });

  it('raises an alert where a threshold is exceeded, and prices run time', () => {
    const alerts: ProfilerAlert[] = [];
    const prices = { currency: 'EUR', node_types: { batch: { per_second: 2 } }, models: {} };
    const thresholds = { baselinePercent: 10, duration: 1500, cost: 4 };
    const made = storeAt({ prices, thresholds, onAlert: (alert) => alerts.push(alert) });
    const { store, pass } = made;
    store.setBaseline('flow', recordChain(made, { a: 1000 }).runId);
    store.startRecording('flow');
    pass(3000);
    store.recordNodeExecution('flow', { nodeId: 'a', nodeType: 'batch', duration: 3000 });
    store.endRecording('flow');
    expect(store.getCost('flow')?.total).toBe(6);
    expect(alerts.map(({ kind, value, limit }) => [kind, value, limit])).toEqual([
      ['baselinePercent', 200, 10],
      ['duration', 3000, 1500],
      ['cost', 6, 4],
    ]);
    const rules = store.getPerformanceInsights('flow').filter(({ type }) => type === 'threshold');
    expect(rules).toHaveLength(3);
    expect(store.getSnapshot('flow').alerts).toHaveLength(3);
  });

  it('writes traces that are read again with the same times', async () => {
    const { store } = storeAt();
    recordDiamond(store);
    const trace = store.getTrace('flow', DIAMOND);
    if (trace === null) throw new Error('no trace');
    for (const format of ['json', 'chrome']) {
      const { store: other } = storeAt();
      const [read] = await readTraceFile(await writeTraceFile(trace, format));
      if (read === undefined) throw new Error('no trace in the file');
      other.addTrace(read, { workflowId: 'flow' });
      expect(other.getParallelizationAnalysis('flow', DIAMOND), format).toMatchObject({ theoreticalMinimum: 900 });
      expect(other.getLatestProfile('flow')?.nodeMetrics.map(({ nodeId, duration }) => [nodeId, duration])).toEqual([
        ['a', 100],
        ['b', 700],
        ['c', 200],
        ['d', 100],
      ]);
    }
  });

  it('takes a node that failed and ran again as one with attempts', () => {
    const { store } = storeAt();
    store.startRecording('flow', { startTime: 0 });
    store.recordNodeExecution('flow', { nodeId: 'a', startTime: 0, duration: 100, status: 'failed' });
    store.recordNodeExecution('flow', { nodeId: 'a', startTime: 150, duration: 100 });
    store.endRecording('flow', 'completed', { endTime: 250 });
    const trace = store.getTrace('flow');
    expect(trace?.nodes.length).toBe(1);
    expect(trace?.spans.names.toSorted()).toEqual(['a', 'attempt 1', 'attempt 2', 'retry_backoff']);
    expect(store.getParallelizationAnalysis('flow')).toMatchObject({ makespan: 250 });
  });
});

const NODE = fc.record({
  nodeId: fc.constantFrom('a', 'b', 'c'),
  startTime: fc.option(fc.double(), { nil: undefined }),
  endTime: fc.option(fc.double(), { nil: undefined }),
  duration: fc.option(fc.integer({ min: -5, max: 1000 }), { nil: undefined }),
  status: fc.constantFrom<Status>('running', 'completed', 'failed'),
});
const WORKFLOW = fc.constantFrom('flow', 'other', '__proto__');
const RUN = fc.option(fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5', 'r6'), { nil: undefined });
const CALL = fc.oneof(
  fc.record({ do: fc.constant('whole run' as const), workflow: WORKFLOW }),
  fc.record({ do: fc.constant('whole run' as const), workflow: WORKFLOW }),
  fc.record({ do: fc.constant('start' as const), workflow: WORKFLOW, run: RUN }),
  fc.record({ do: fc.constant('record' as const), workflow: WORKFLOW, run: RUN, node: NODE }),
  fc.record({ do: fc.constant('end' as const), workflow: WORKFLOW, run: RUN }),
  fc.record({ do: fc.constant('baseline' as const), workflow: WORKFLOW, run: RUN }),
  fc.record({ do: fc.constant('clear' as const), workflow: WORKFLOW }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 5000 }) }),
);
type Call = typeof CALL extends fc.Arbitrary<infer T> ? T : never;

function call({ store, pass }: Made, wanted: Call): void {
  switch (wanted.do) {
    case 'whole run': {
      const runId = store.startRecording(wanted.workflow);
      store.recordNodeExecution(wanted.workflow, { nodeId: 'a', duration: 1 }, { runId });
      return void store.endRecording(wanted.workflow, 'completed', { runId });
    }
    case 'start':
      return void store.startRecording(wanted.workflow, wanted.run === undefined ? {} : { runId: wanted.run });
    case 'record':
      return void store.recordNodeExecution(wanted.workflow, wanted.node, { runId: wanted.run });
    case 'end':
      return void store.endRecording(wanted.workflow, 'completed', { runId: wanted.run });
    case 'baseline': {
      const profiles = store.getProfiles(wanted.workflow);
      return store.setBaseline(wanted.workflow, wanted.run === undefined ? null : (profiles[0]?.runId ?? null));
    }
    case 'clear':
      return store.clearProfiles(wanted.workflow);
    case 'pass':
      return pass(wanted.ms);
    default:
      return wanted satisfies never;
  }
}

const WORKFLOWS = ['flow', 'other', '__proto__'];
const TIGHT = { profilesPerWorkflow: 3, profiles: 5, bytes: 2500, nodesPerRun: 4, openRecordings: 4 };

describe('the bounds', () => {
  it('hold after any calls, and neither a baseline nor an open recording is ever lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(CALL, { maxLength: 60, size: 'max' }), async (calls) => {
        const made = storeAt({ bounds: TIGHT });
        const { store } = made;
        await store.ready;
        for (const wanted of calls) {
          const before = new Map(WORKFLOWS.map((id) => [id, store.getSnapshot(id)]));
          call(made, wanted);
          const snapshots = WORKFLOWS.map((id) => store.getSnapshot(id));
          const isPinned = (runId: string, id: string) => store.getSnapshot(id).baselineId === runId;
          const all = snapshots.flatMap(({ profiles }) => profiles);
          const loose = all.filter(({ runId, workflowId }) => !isPinned(runId, workflowId));
          const bytes = all.reduce((sum, profile) => sum + encodeProfile(profile).length * 2, 0);
          if (loose.length > 0) {
            expect(all.length).toBeLessThanOrEqual(TIGHT.profiles);
            expect(bytes).toBeLessThanOrEqual(TIGHT.bytes);
          }
          for (const { profiles } of snapshots) {
            expect(profiles.length).toBeLessThanOrEqual(TIGHT.profilesPerWorkflow);
            for (const { nodeMetrics } of profiles) expect(nodeMetrics.length).toBeLessThanOrEqual(TIGHT.nodesPerRun);
          }
          const open = snapshots.flatMap(({ recordings }) => recordings);
          expect(open.length).toBeLessThanOrEqual(TIGHT.openRecordings);
          for (const [id, { baselineId, recordings }] of before) {
            const now = store.getSnapshot(id);
            const isAsked = 'workflow' in wanted && wanted.workflow === id;
            if (baselineId !== null && !(isAsked && (wanted.do === 'clear' || wanted.do === 'baseline'))) {
              expect(now.baselineId).toBe(baselineId);
              expect(store.getProfile(id, baselineId)).not.toBeNull();
            }
            if (wanted.do === 'start' || wanted.do === 'whole run' || (isAsked && wanted.do === 'end')) continue;
            expect(now.recordings.map(({ runId }) => runId)).toEqual(recordings.map(({ runId }) => runId));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('let the oldest go first', async () => {
    const made = storeAt({ bounds: { profilesPerWorkflow: 3 } });
    await made.store.ready;
    const first = recordChain(made, { a: 1 });
    made.store.setBaseline('flow', first.runId);
    for (let i = 0; i < 4; i++) recordChain(made, { a: 1 });
    expect(made.store.getProfiles('flow').map(({ runId }) => runId)).toEqual(['run 1', 'run 4', 'run 5']);
  });

  it('end the recording that was started first where one more would be too many', () => {
    const { store, pass } = storeAt({ bounds: { openRecordings: 2 } });
    for (const runId of ['x', 'y', 'z']) {
      store.startRecording('flow', { runId });
      pass(1);
    }
    expect(store.getSnapshot('flow').recordings.map(({ runId }) => runId)).toEqual(['y', 'z']);
    expect(store.getLatestProfile('flow')).toMatchObject({ runId: 'x', status: 'cancelled' });
  });

  it('count the nodes of a run that are too many', () => {
    const { store } = storeAt({ bounds: { nodesPerRun: 2 } });
    store.startRecording('flow');
    for (const nodeId of ['a', 'b', 'c', 'd']) store.recordNodeExecution('flow', { nodeId, duration: 1 });
    expect(store.endRecording('flow')).toMatchObject({ nodeCount: 2, droppedNodes: 2 });
  });
});

/** A storage of several tabs: each hears of what the others change. */
function sharedStorage(): { readonly tab: () => ProfilerStorage; readonly texts: ProfilerStorage } {
  const texts = memoryStorage();
  const tabs = new Set<(key: string) => void>();
  const tab = (): ProfilerStorage => {
    let own: ((key: string) => void) | null = null;
    const tell = (key: string): void => {
      for (const listener of tabs) if (listener !== own) listener(key);
    };
    return {
      ...texts,
      write: (key, text) => texts.write(key, text).then(() => tell(key)),
      remove: (key) => texts.remove(key).then(() => tell(key)),
      subscribe: (listener) => {
        own = listener;
        tabs.add(listener);
        return () => tabs.delete(listener);
      },
    };
  };
  return { tab, texts };
}

/** Lets what other tabs were told of be read. */
async function told(...stores: readonly ProfilerStore[]): Promise<void> {
  for (let i = 0; i < 20; i++) for (const store of stores) await store.flush();
}

function fullError(): Error {
  return Object.assign(new Error('full'), { name: 'QuotaExceededError' });
}

function broken(): Promise<never> {
  return Promise.reject(new Error('no'));
}

describe('what is kept', () => {
  it('comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(CALL, { maxLength: 40, size: 'max' }), async (calls) => {
        const storage = memoryStorage();
        const made = storeAt({ storage, bounds: TIGHT });
        await made.store.ready;
        for (const wanted of calls) call(made, wanted);
        await made.store.flush();
        const { store: reloaded } = storeAt({ storage, bounds: TIGHT });
        await reloaded.ready;
        for (const id of WORKFLOWS) {
          expect(reloaded.getProfiles(id)).toEqual(made.store.getProfiles(id));
          expect(reloaded.getSnapshot(id).baselineId).toBe(made.store.getSnapshot(id).baselineId);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is seen by other tabs, which agree on what there is', async () => {
    const { tab } = sharedStorage();
    const [one, two] = [storeAt({ storage: tab() }), storeAt({ storage: tab(), newId: () => 'of two' })];
    await Promise.all([one.store.ready, two.store.ready]);
    const first = recordChain(one, { a: 10 });
    recordChain(two, { a: 20 });
    one.store.setBaseline('flow', first.runId);
    await told(one.store, two.store);
    for (const { store } of [one, two]) {
      expect(store.getProfiles('flow').map(({ runId }) => runId)).toEqual(['run 1', 'of two']);
      expect(store.getSnapshot('flow').baselineId).toBe('run 1');
    }
    two.store.clearProfiles('flow');
    await told(one.store, two.store);
    expect(one.store.getProfiles('flow')).toEqual([]);
    expect(one.store.getSnapshot('flow').baselineId).toBeNull();
  });

  it('is a baseline also where another tab, which did not know that, let it go', async () => {
    const { tab, texts } = sharedStorage();
    const { store } = storeAt({ storage: tab() });
    await store.ready;
    store.startRecording('flow', { runId: 'r' });
    store.endRecording('flow');
    store.setBaseline('flow', 'r');
    await store.flush();
    await tab().remove(profileKey('flow', 'r'));
    await told(store);
    expect(await texts.read(profileKey('flow', 'r'))).not.toBeNull();
    expect(store.getLatestProfile('flow')?.runId).toBe('r');
  });

  it.each([
    ['half a text', '{"format":"flowprof-profile","version":1,"runId":"x"', false],
    ['another program’s', '{"theme":"dark"}', false],
    ['one without its nodes', '{"format":"flowprof-profile","version":1,"runId":"x"}', false],
    ['one of a later version', '{"format":"flowprof-profile","version":2,"runs":[]}', true],
  ])('passes over %s', async (_, text, stays) => {
    const storage = memoryStorage();
    const key = profileKey('flow', 'x');
    await storage.write(key, text);
    const made = storeAt({ storage });
    await made.store.ready;
    expect(made.store.getSnapshot('flow')).toMatchObject({ unreadable: 1, profiles: [] });
    recordChain(made, { a: 1 });
    await made.store.flush();
    expect((await storage.read(key)) !== null).toBe(stays);
  });

  it('makes room where the storage is full, and says when there is none to make', async () => {
    const texts = memoryStorage();
    let room = 2;
    const storage: ProfilerStorage = {
      ...texts,
      write: async (key, text) => {
        if ((await texts.keys()).length >= room) throw fullError();
        return texts.write(key, text);
      },
    };
    const made = storeAt({ storage });
    await made.store.ready;
    for (let i = 0; i < 4; i++) recordChain(made, { a: 1 });
    await made.store.flush();
    expect(made.store.getProfiles('flow').map(({ runId }) => runId)).toEqual(['run 3', 'run 4']);
    expect(await texts.keys()).toHaveLength(2);
    expect(made.store.getSnapshot('flow').storageProblem).toBeNull();
    room = 0;
    recordChain(made, { a: 1 });
    await made.store.flush();
    expect(made.store.getLatestProfile('flow')?.runId).toBe('run 5');
    expect(made.store.getSnapshot('flow').storageProblem).toBe('full');
  });

  it('is only in the page where there is nothing to keep it in', async () => {
    const made = storeAt({ storage: { keys: broken, read: broken, write: broken, remove: broken } });
    await made.store.ready;
    expect(made.store.getSnapshot('flow').storageProblem).toBe('unavailable');
    recordChain(made, { a: 1 });
    await made.store.flush();
    expect(made.store.getProfiles('flow')).toHaveLength(1);
    expect(made.store.getSnapshot('flow').storageProblem).toBe('failed');
  });

  it('reads any profile as it was written', () => {
    const made = storeAt();
    const profile = recordChain(made, { 'a "b"': 1.25, b: 3 }, 'failed');
    expect(decodeProfile(encodeProfile(profile))).toEqual({ kind: 'value', value: profile });
  });
});
