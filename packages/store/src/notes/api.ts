import type { EpochMicros, Micros } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';

/** What someone wrote on a stretch of an execution's time. */
export interface Note {
  readonly id: string;
  readonly executionId: string;
  /** From the execution's start. */
  readonly from: Micros;
  readonly to: Micros;
  /** The span that it is about. */
  readonly spanId: string | null;
  /** Plain text. */
  readonly text: string;
  /** Who wrote it, in words; null where that is not known. */
  readonly author: string | null;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

export type NewNote = Pick<Note, 'id' | 'executionId' | 'from' | 'to' | 'spanId' | 'text' | 'author'>;

/** What is changed of a note; what is absent stays. */
export type NoteChange = Partial<Pick<Note, 'from' | 'to' | 'spanId' | 'text'>>;

/** The notes on the executions of a workspace. They go with the execution, and with nothing else. */
export interface TenantNotes {
  /** @throws {StoreError} `not_found` when there is no such execution; `bad_value` when it ends before it begins */
  create(note: NewNote): Promise<Note>;
  /** In the order of time. */
  list(executionId: string, page: PageRequest): Promise<Page<Note>>;
  get(executionId: string, id: string): Promise<Note | null>;
  /** Null when there is no such note. @throws {StoreError} `bad_value` when it would end before it begins */
  update(executionId: string, id: string, change: NoteChange): Promise<Note | null>;
  /** Says whether it was there. */
  delete(executionId: string, id: string): Promise<boolean>;
}
