import type { Clock } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';
import type { Database, Sql } from '../database.ts';
import { deleteNote, getNote, insertNote, listNotes, updateNote } from '../queries/notes.ts';
import type { NewNote, Note, NoteChange, TenantNotes } from './api.ts';

interface NoteContext {
  readonly database: Database;
  readonly clock: Clock;
}

/** See `TenantNotes`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantNotes implements TenantNotes {
  readonly #workspaceId: string;
  readonly #context: NoteContext;

  constructor(workspaceId: string, context: NoteContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  create(note: NewNote): Promise<Note> {
    return this.#run((sql) => insertNote(sql, this.#workspaceId, note, this.#context.clock.now()));
  }

  list(executionId: string, page: PageRequest): Promise<Page<Note>> {
    return this.#run((sql) => listNotes(sql, this.#workspaceId, executionId, page));
  }

  get(executionId: string, id: string): Promise<Note | null> {
    return this.#run((sql) => getNote(sql, this.#workspaceId, executionId, id));
  }

  update(executionId: string, id: string, change: NoteChange): Promise<Note | null> {
    const now = this.#context.clock.now();
    return this.#run((sql) => updateNote(sql, this.#workspaceId, [executionId, id], change, now));
  }

  delete(executionId: string, id: string): Promise<boolean> {
    return this.#run((sql) => deleteNote(sql, this.#workspaceId, executionId, id));
  }

  #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.inWorkspace(this.#workspaceId, work);
  }
}
