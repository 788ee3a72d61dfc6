import { isTerminal, type Status, type Trace } from '@flowprof/model';
import {
  bottlenecksOf,
  compareWith,
  costOfProfile,
  insightsOf,
  keepTrace,
  parallelizationOf,
  traceOf,
} from './analyses.ts';
import type { EndOptions, ProfilerStore, ProfilerStoreOptions, RunChoice, StartOptions } from './api.ts';
import { DEFAULT_BOUNDS } from './bounds.ts';
import { baselineKey, decodeBaseline, decodeProfile, encodeBaseline, kindOfKey, profileKey } from './codec.ts';
import { Keeper } from './keeper.ts';
import { profileOfTrace, type ProfileOfTraceOptions } from './profile-of.ts';
import { momentOf, Recording } from './recording.ts';
import { Shelf } from './shelf.ts';
import { browserStorage } from './storage.ts';
import { alertsOf } from './thresholds.ts';
import type {
  NodeExecutionInput,
  ProfilerAlert,
  ProfilerBounds,
  ProfilerGraph,
  ProfilerThresholds,
  StorageProblem,
  WorkflowProfiles,
  WorkflowRunProfile,
} from './types.ts';

/** How many alerts of a workflow are remembered. */
const MOST_ALERTS = 50;
const NO_ALERTS: readonly ProfilerAlert[] = [];
const DEFAULT_LIMIT = 3;
const DEFAULT_THRESHOLDS: ProfilerThresholds = { baselinePercent: 20 };

function randomId(): string {
  return crypto.randomUUID();
}

class Store implements ProfilerStore {
  readonly ready: Promise<void>;
  readonly #options: ProfilerStoreOptions;
  readonly #bounds: ProfilerBounds;
  readonly #shelf: Shelf;
  readonly #keeper: Keeper | null;
  /** By workflow and run, in the order in which they were started. */
  readonly #open = new Map<string, Map<string, Recording>>();
  readonly #alerts = new Map<string, readonly ProfilerAlert[]>();
  readonly #snapshots = new Map<string, WorkflowProfiles>();
  readonly #listeners = new Set<() => void>();
  #problem: StorageProblem | null = null;
  /** Nothing is let go before it is known which profiles are baselines. */
  #isLoaded = false;
  readonly #unreadable = new Set<string>();

  constructor(options: ProfilerStoreOptions) {
    this.#options = options;
    this.#bounds = { ...DEFAULT_BOUNDS, ...options.bounds };
    this.#shelf = new Shelf(this.#bounds);
    const storage = options.storage === undefined ? browserStorage() : options.storage;
    if (storage === null && options.storage === undefined) this.#problem = 'unavailable';
    this.#keeper =
      storage === null
        ? null
        : new Keeper(storage, {
            onText: (key, text) => this.#take(key, text),
            onProblem: (problem) => this.#setProblem(problem),
            onFull: (key) => this.#makeRoom(key),
          });
    this.ready = this.#load();
  }

  // recording

  startRecording(workflowId: string, options: StartOptions = {}): string {
    const runId = options.runId ?? this.#options.newId?.() ?? randomId();
    if (this.#open.get(workflowId)?.has(runId) === true) return runId;
    this.#endOldest();
    const { workflowName = workflowId } = options;
    const startTime = momentOf(options.startTime) ?? this.#now();
    const recording = new Recording({ runId, workflowId, workflowName, startTime }, this.#bounds.nodesPerRun);
    const runs = this.#open.get(workflowId) ?? new Map<string, Recording>();
    this.#open.set(workflowId, runs.set(runId, recording));
    this.#changed(workflowId);
    return runId;
  }

  recordNodeExecution(workflowId: string, node: NodeExecutionInput, { runId }: RunChoice = {}): boolean {
    const recording = this.#recordingOf(workflowId, runId);
    if (recording !== null) {
      recording.add(node, this.#now());
      this.#changed(workflowId);
      return true;
    }
    const ended = runId === undefined ? null : this.#shelf.find(workflowId, runId);
    if (ended === null) return false;
    const again = new Recording(ended, this.#bounds.nodesPerRun, ended);
    again.add(node, this.#now());
    this.#keep(again.end(ended.status, ended.endTime));
    return true;
  }

  endRecording(
    workflowId: string,
    status: Status = 'completed',
    { runId, endTime }: EndOptions = {},
  ): WorkflowRunProfile | null {
    const recording = this.#recordingOf(workflowId, runId);
    if (recording === null) return null;
    this.#forget(recording);
    const known = this.#shelf.find(workflowId, recording.start.runId);
    const profile = recording.end(isTerminal(status) ? status : 'completed', momentOf(endTime) ?? this.#now());
    const earlier = this.#shelf.profilesOf(workflowId).filter((other) => other !== known);
    this.#keep(profile);
    this.#judge(profile, earlier);
    return profile;
  }

  isRecording(workflowId: string): boolean {
    return (this.#open.get(workflowId)?.size ?? 0) > 0;
  }

  // reading

  getProfiles(workflowId: string): readonly WorkflowRunProfile[] {
    return this.getSnapshot(workflowId).profiles;
  }

  getLatestProfile(workflowId: string): WorkflowRunProfile | null {
    return this.getProfiles(workflowId).at(-1) ?? null;
  }

  getProfile(workflowId: string, runId: string): WorkflowRunProfile | null {
    return this.#shelf.find(workflowId, runId);
  }

  getBottlenecks(workflowId: string, limit = DEFAULT_LIMIT, run: RunChoice = {}) {
    const profile = this.#chosen(workflowId, run);
    return profile === null ? [] : bottlenecksOf(profile, limit);
  }

  getParallelizationAnalysis(workflowId: string, graph: ProfilerGraph | null = null, run: RunChoice = {}) {
    const profile = this.#chosen(workflowId, run);
    return profile === null ? null : parallelizationOf(profile, graph);
  }

  getPerformanceInsights(workflowId: string, graph: ProfilerGraph | null = null, run: RunChoice = {}) {
    const profile = this.#chosen(workflowId, run);
    if (profile === null) return [];
    const profiles = this.getProfiles(workflowId);
    const earlier = profiles.slice(0, Math.max(0, profiles.indexOf(profile)));
    return insightsOf(profile, earlier, graph, this.#alerts.get(workflowId) ?? []);
  }

  getCost(workflowId: string, run: RunChoice = {}) {
    const profile = this.#chosen(workflowId, run);
    const { prices } = this.#options;
    return profile === null || !prices ? null : costOfProfile(profile, prices);
  }

  compareWithBaseline(workflowId: string, graph: ProfilerGraph | null = null, run: RunChoice = {}) {
    const profile = this.#chosen(workflowId, run);
    const baseline = this.#baselineOf(workflowId);
    if (profile === null || baseline === null || profile === baseline) return null;
    return compareWith(baseline, profile, graph);
  }

  getTrace(workflowId: string, graph: ProfilerGraph | null = null, run: RunChoice = {}): Trace | null {
    const profile = this.#chosen(workflowId, run);
    return profile === null ? null : traceOf(profile, graph);
  }

  // changing

  setBaseline(workflowId: string, runId: string | null): void {
    if (runId !== null && this.#shelf.find(workflowId, runId) === null) return;
    this.#shelf.setBaseline(workflowId, runId);
    if (runId === null) this.#keeper?.remove(baselineKey(workflowId));
    else this.#keeper?.write(baselineKey(workflowId), encodeBaseline(workflowId, runId));
    this.#prune();
    this.#changed(workflowId);
  }

  clearProfiles(workflowId: string): void {
    this.setBaseline(workflowId, null);
    this.#alerts.delete(workflowId);
    for (const { runId } of this.#shelf.profilesOf(workflowId)) this.#drop(workflowId, runId);
    this.#changed(workflowId);
  }

  removeProfile(workflowId: string, runId: string): void {
    if (this.#shelf.baselineOf(workflowId) === runId) this.setBaseline(workflowId, null);
    this.#drop(workflowId, runId);
    this.#changed(workflowId);
  }

  addTrace(trace: Trace, options: ProfileOfTraceOptions = {}): WorkflowRunProfile {
    const profile = profileOfTrace(trace, { maxNodes: this.#bounds.nodesPerRun, now: this.#now(), ...options });
    keepTrace(profile, trace);
    this.#keep(profile);
    return profile;
  }

  // being watched

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  getSnapshot(workflowId: string): WorkflowProfiles {
    let snapshot = this.#snapshots.get(workflowId);
    if (snapshot === undefined) this.#snapshots.set(workflowId, (snapshot = this.#snapshotOf(workflowId)));
    return snapshot;
  }

  async flush(): Promise<void> {
    await this.#keeper?.settled();
  }

  close(): void {
    this.#keeper?.close();
  }

  async #load(): Promise<void> {
    await this.#keeper?.open();
    this.#isLoaded = true;
    this.#prune();
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }

  #snapshotOf(workflowId: string): WorkflowProfiles {
    return {
      profiles: this.#shelf.profilesOf(workflowId),
      recordings: Array.from(this.#open.get(workflowId)?.values() ?? [], ({ summary }) => summary),
      baselineId: this.#baselineOf(workflowId)?.runId ?? null,
      alerts: this.#alerts.get(workflowId) ?? NO_ALERTS,
      storageProblem: this.#problem,
      unreadable: this.#unreadable.size,
    };
  }

  #baselineOf(workflowId: string): WorkflowRunProfile | null {
    const id = this.#shelf.baselineOf(workflowId);
    return id === null ? null : this.#shelf.find(workflowId, id);
  }

  #chosen(workflowId: string, { runId }: RunChoice): WorkflowRunProfile | null {
    return runId === undefined ? this.getLatestProfile(workflowId) : this.#shelf.find(workflowId, runId);
  }

  #recordingOf(workflowId: string, runId: string | undefined): Recording | null {
    const runs = this.#open.get(workflowId);
    if (runs === undefined) return null;
    return (runId === undefined ? [...runs.values()].at(-1) : runs.get(runId)) ?? null;
  }

  #forget({ start: { workflowId, runId } }: Recording): void {
    const runs = this.#open.get(workflowId);
    runs?.delete(runId);
    if (runs?.size === 0) this.#open.delete(workflowId);
  }

  /** Ends what was started first where one more recording would be too many: whoever started it forgot to. */
  #endOldest(): void {
    const all = [...this.#open.values()].flatMap((runs) => [...runs.values()]);
    if (all.length < this.#bounds.openRecordings) return;
    const [oldest] = all.toSorted((a, b) => a.start.startTime - b.start.startTime);
    if (oldest === undefined) return;
    this.endRecording(oldest.start.workflowId, 'cancelled', { runId: oldest.start.runId });
  }

  /** Puts a profile on the shelf and into the storage, and lets go what is too much then. */
  #keep(profile: WorkflowRunProfile): void {
    const { workflowId, runId } = profile;
    this.#shelf.put(profile);
    const text = this.#shelf.textOf(workflowId, runId);
    if (text !== null) this.#keeper?.write(profileKey(workflowId, runId), text);
    this.#prune();
    this.#changed(workflowId);
  }

  #judge(profile: WorkflowRunProfile, earlier: readonly WorkflowRunProfile[]): void {
    const { thresholds = DEFAULT_THRESHOLDS, prices = null, onAlert } = this.#options;
    const previous = earlier.findLast(({ status }) => status === 'completed') ?? null;
    const baseline = this.#baselineOf(profile.workflowId);
    const alerts = alertsOf({ profile, previous, baseline, thresholds, prices });
    if (alerts.length === 0) return;
    const known = this.#alerts.get(profile.workflowId) ?? [];
    this.#alerts.set(profile.workflowId, [...known, ...alerts].slice(-MOST_ALERTS));
    this.#changed(profile.workflowId);
    for (const alert of alerts) onAlert?.(alert);
  }

  #drop(workflowId: string, runId: string): void {
    if (this.#shelf.take(workflowId, runId)) this.#keeper?.remove(profileKey(workflowId, runId));
  }

  #prune(): void {
    if (!this.#isLoaded) return;
    for (const { workflowId, runId } of this.#shelf.prune()) {
      this.#keeper?.remove(profileKey(workflowId, runId));
      this.#changed(workflowId);
    }
  }

  /** The storage is full: the oldest profile other than the one that is to be written goes. */
  #makeRoom(key: string): boolean {
    for (const workflowId of this.#shelf.workflowIds) {
      const written = this.#shelf.profilesOf(workflowId).find(({ runId }) => profileKey(workflowId, runId) === key);
      if (written === undefined && baselineKey(workflowId) !== key) continue;
      const oldest = this.#shelf.oldestBut(workflowId, written?.runId ?? '');
      if (oldest === null) return false;
      this.#drop(oldest.workflowId, oldest.runId);
      this.#changed(oldest.workflowId);
      return true;
    }
    return false;
  }

  #setProblem(problem: StorageProblem | null): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#changed(null);
  }

  /** Takes what was stored: before the page was loaded, or just now by another tab. */
  #take(key: string, text: string | null): void {
    const kind = kindOfKey(key);
    if (kind === null) return;
    if (text === null) return kind === 'profile' ? this.#loseProfile(key) : this.#loseBaseline(key);
    if (kind === 'baseline') {
      const read = decodeBaseline(text);
      if (read.kind !== 'value') return this.#refuse(key, read.kind);
      this.#shelf.setBaseline(read.value.workflowId, read.value.runId);
      return this.#changed(read.value.workflowId);
    }
    const read = decodeProfile(text);
    if (read.kind !== 'value') return this.#refuse(key, read.kind);
    const profile = read.value;
    if (this.#shelf.textOf(profile.workflowId, profile.runId) === text) return;
    this.#shelf.put(profile, text);
    this.#changed(profile.workflowId);
  }

  /** What nobody can read is removed; what a later version wrote is left to that. */
  #refuse(key: string, kind: 'newer' | 'broken'): void {
    if (kind === 'broken') this.#keeper?.remove(key);
    this.#unreadable.add(key);
    this.#changed(null);
  }

  /** Another tab removed a profile. It may not have known that it is a baseline: then it is written again. */
  #loseProfile(key: string): void {
    for (const workflowId of this.#shelf.workflowIds) {
      const lost = this.#shelf.profilesOf(workflowId).find(({ runId }) => profileKey(workflowId, runId) === key);
      if (lost === undefined) continue;
      const text = this.#shelf.textOf(workflowId, lost.runId);
      if (this.#shelf.baselineOf(workflowId) === lost.runId && text !== null) this.#keeper?.write(key, text);
      else this.#shelf.take(workflowId, lost.runId);
      return this.#changed(workflowId);
    }
  }

  #loseBaseline(key: string): void {
    const workflowId = this.#shelf.workflowIds.find((id) => baselineKey(id) === key);
    if (workflowId === undefined) return;
    this.#shelf.setBaseline(workflowId, null);
    this.#changed(workflowId);
  }

  #changed(workflowId: string | null): void {
    if (workflowId === null) this.#snapshots.clear();
    else this.#snapshots.delete(workflowId);
    for (const listener of this.#listeners) listener();
  }
}

/** Makes a store. It holds what is recorded at once, and reads what is stored on its own; see `ready`. */
export function createProfilerStore(options: ProfilerStoreOptions = {}): ProfilerStore {
  return new Store(options);
}
