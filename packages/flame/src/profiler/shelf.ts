import { byEnd, toPrune, type Weighed } from './bounds.ts';
import { encodeProfile } from './codec.ts';
import type { ProfilerBounds, WorkflowRunProfile } from './types.ts';

/** What a character takes where it is stored: browsers keep texts as UTF-16. */
const BYTES_A_CHARACTER = 2;

const NONE: readonly WorkflowRunProfile[] = [];

interface Workflow {
  /** By run id. */
  readonly profiles: Map<string, { readonly profile: WorkflowRunProfile; readonly text: string }>;
  baselineId: string | null;
  /** The profiles, oldest first; null when that has to be worked out again. */
  sorted: readonly WorkflowRunProfile[] | null;
}

/** The profiles that have ended, within their bounds. */
export class Shelf {
  readonly #workflows = new Map<string, Workflow>();
  readonly #bounds: ProfilerBounds;

  constructor(bounds: ProfilerBounds) {
    this.#bounds = bounds;
  }

  get workflowIds(): readonly string[] {
    return [...this.#workflows.keys()];
  }

  /** Oldest first; the same list until it changes. */
  profilesOf(workflowId: string): readonly WorkflowRunProfile[] {
    const workflow = this.#workflows.get(workflowId);
    if (workflow === undefined) return NONE;
    workflow.sorted ??= Array.from(workflow.profiles.values(), ({ profile }) => profile).sort(byEnd);
    return workflow.sorted;
  }

  find(workflowId: string, runId: string): WorkflowRunProfile | null {
    return this.#workflows.get(workflowId)?.profiles.get(runId)?.profile ?? null;
  }

  textOf(workflowId: string, runId: string): string | null {
    return this.#workflows.get(workflowId)?.profiles.get(runId)?.text ?? null;
  }

  baselineOf(workflowId: string): string | null {
    return this.#workflows.get(workflowId)?.baselineId ?? null;
  }

  /** Puts a profile in the place of what is known of its run. */
  put(profile: WorkflowRunProfile, text = encodeProfile(profile)): void {
    const workflow = this.#workflow(profile.workflowId);
    workflow.profiles.set(profile.runId, { profile, text });
    workflow.sorted = null;
  }

  take(workflowId: string, runId: string): boolean {
    const workflow = this.#workflows.get(workflowId);
    if (workflow === undefined || !workflow.profiles.delete(runId)) return false;
    workflow.sorted = null;
    this.#forgetEmpty(workflowId);
    return true;
  }

  setBaseline(workflowId: string, runId: string | null): void {
    if (runId === null && !this.#workflows.has(workflowId)) return;
    this.#workflow(workflowId).baselineId = runId;
    this.#forgetEmpty(workflowId);
  }

  /** Takes what exceeds the bounds; gives what went. */
  prune(): readonly WorkflowRunProfile[] {
    const gone = toPrune(this.#weigh(), this.#bounds);
    for (const { workflowId, runId } of gone) this.take(workflowId, runId);
    return gone;
  }

  /** The oldest profile that may go, other than one; null where none may. */
  oldestBut(workflowId: string, runId: string): WorkflowRunProfile | null {
    const others = this.#weigh().filter(
      ({ profile, isPinned }) => !isPinned && !(profile.workflowId === workflowId && profile.runId === runId),
    );
    return others.map(({ profile }) => profile).sort(byEnd)[0] ?? null;
  }

  #weigh(): Weighed[] {
    const all: Weighed[] = [];
    for (const { profiles, baselineId } of this.#workflows.values()) {
      for (const { profile, text } of profiles.values()) {
        all.push({ profile, bytes: text.length * BYTES_A_CHARACTER, isPinned: profile.runId === baselineId });
      }
    }
    return all;
  }

  #workflow(workflowId: string): Workflow {
    let workflow = this.#workflows.get(workflowId);
    if (workflow === undefined) {
      workflow = { profiles: new Map(), baselineId: null, sorted: null };
      this.#workflows.set(workflowId, workflow);
    }
    return workflow;
  }

  #forgetEmpty(workflowId: string): void {
    const workflow = this.#workflows.get(workflowId);
    if (workflow?.profiles.size === 0 && workflow.baselineId === null) this.#workflows.delete(workflowId);
  }
}
