import type { EpochMicros, JsonObject } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';

export type TriggerKind = 'webhook' | 'schedule';

/** What starts a workflow by itself. */
export interface Trigger {
  readonly id: string;
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly kind: TriggerKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly config: JsonObject;
  /** The next time that a schedule is for; null when there is none. */
  readonly nextRunAt: EpochMicros | null;
  /** When that is started. */
  readonly dueAt: EpochMicros | null;
  /** The time that its last execution is for, or that of its last delivery. */
  readonly lastRunAt: EpochMicros | null;
  /** What went wrong last, and when. */
  readonly lastError: string | null;
  readonly lastErrorAt: EpochMicros | null;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

/** A time that a schedule is for, and when that is started. */
export interface NextRun {
  readonly at: EpochMicros;
  readonly dueAt: EpochMicros;
}

/** What deliveries to a webhook are signed with. */
export interface TriggerSecret {
  readonly secret: string;
  /** Until when it counts beside newer ones; null for the newest. */
  readonly expiresAt: EpochMicros | null;
}

export interface NewTrigger {
  readonly id: string;
  readonly workflowId: string;
  readonly kind: TriggerKind;
  readonly name: string;
  readonly enabled: boolean;
  readonly config: JsonObject;
  readonly next: NextRun | null;
  /** Kept sealed. */
  readonly secrets: readonly TriggerSecret[];
}

/** What is changed of a trigger; what is absent stays. */
export interface TriggerChange {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly config?: JsonObject;
  readonly next?: NextRun | null;
}

/** The right to start what a schedule is for: of several servers that want it, one gets it. */
export interface ScheduleClaim {
  readonly triggerId: string;
  /** The `nextRunAt` that it was found with. */
  readonly expected: EpochMicros;
  readonly next: NextRun | null;
  /** The time that is started; null where none is. */
  readonly lastRunAt: EpochMicros | null;
}

/** A schedule that has a next time. */
export interface WaitingSchedule {
  readonly workspaceId: string;
  readonly id: string;
  readonly dueAt: EpochMicros;
}

/** The triggers of a workspace. */
export interface TenantTriggers {
  /** @throws {StoreError} `not_found` when there is no such workflow */
  create(trigger: NewTrigger): Promise<Trigger>;
  /** Oldest first. */
  list(workflowId: string, page: PageRequest): Promise<Page<Trigger>>;
  get(id: string): Promise<Trigger | null>;
  /** Null when there is no such trigger. */
  update(id: string, change: TriggerChange): Promise<Trigger | null>;
  /** Says whether it was there. Its executions stay. */
  delete(id: string): Promise<boolean>;
  /** A trigger with its secrets, opened. @throws {StoreError} `secret_unreadable` */
  withSecrets(id: string): Promise<{ readonly trigger: Trigger; readonly secrets: readonly TriggerSecret[] } | null>;
  /** Says whether the trigger was there. */
  setSecrets(id: string, secrets: readonly TriggerSecret[]): Promise<boolean>;
  /** Notes a delivery, or what went wrong with one. */
  note(id: string, what: { readonly runAt: EpochMicros } | { readonly error: string }): Promise<void>;
  /** Whether something that it started has not ended. */
  isRunning(id: string): Promise<boolean>;
  /** Moves a schedule on without starting anything; says whether the claim was won. */
  passOver(claim: ScheduleClaim): Promise<boolean>;
}
