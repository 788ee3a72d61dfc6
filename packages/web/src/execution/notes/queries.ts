import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { requestFields, requestNothing } from '../../api/client.ts';
import type { Fields } from '../../api/fields.ts';
import { askAgainAfter, pathIn } from '../../api/polling.ts';
import { readPage } from '../../api/types.ts';
import type { Stretch } from '../urlState.ts';

/** How often others' notes are looked for. Milliseconds. */
const POLL_MS = 15_000;
/** An execution has at most five pages of them. */
const PAGE = 100;
const MOST_PAGES = 5;

/** What somebody wrote on a stretch of an execution's time; microseconds from its start. */
export interface Note extends Stretch {
  readonly id: string;
  /** Plain text. */
  readonly text: string;
  readonly author: string | null;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number | null;
}

/** A note as it is being written: a new one, or one that is changed. */
export interface NoteDraft extends Stretch {
  readonly id: string | null;
  readonly text: string;
  /** The span that it is about. */
  readonly span: string | null;
}

function readNote(fields: Fields): Note {
  return {
    id: fields.string('id'),
    start: Math.round(fields.number('from_ms') * 1000),
    end: Math.round(fields.number('to_ms') * 1000),
    text: fields.string('text'),
    author: fields.optionalString('author'),
    updatedAt: fields.optionalTime('updated_at'),
  };
}

/** A time in milliseconds with at most three decimals, as the API takes it. */
function inMs(micros: number): number {
  return Math.round(micros) / 1000;
}

function pathOf(workspace: string, execution: string, note: string | null): string {
  const rest = `executions/${encodeURIComponent(execution)}/notes`;
  return pathIn(workspace, note === null ? rest : `${rest}/${encodeURIComponent(note)}`);
}

async function allNotes(path: string, signal: AbortSignal): Promise<readonly Note[]> {
  const notes: Note[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await requestFields(`${path}?skip=${page * PAGE}&limit=${PAGE}`, { signal });
    const { items, total } = readPage(answer, readNote);
    notes.push(...items);
    if (notes.length >= total || items.length === 0) break;
  }
  return notes;
}

/** The notes on an execution in the order of time. */
export function useNotes(workspace: string, execution: string): UseQueryResult<readonly Note[]> {
  return useQuery({
    queryKey: ['notes', workspace, execution],
    queryFn: ({ signal }) => allNotes(pathOf(workspace, execution, null), signal),
    refetchInterval: ({ state }) => askAgainAfter(state.error, POLL_MS),
  });
}

export type NoteWork = { readonly save: NoteDraft } | { readonly remove: string };

/** Writes, changes or deletes a note. */
export function useNoteWork(workspace: string, execution: string): UseMutationResult<void, Error, NoteWork> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (work: NoteWork) => {
      if ('remove' in work) return requestNothing(pathOf(workspace, execution, work.remove), { method: 'DELETE' });
      const { id, text, start, end, span } = work.save;
      if (id !== null) await requestFields(pathOf(workspace, execution, id), { method: 'PUT', body: { text } });
      else {
        const body = { from_ms: inMs(start), to_ms: inMs(end), span_id: span, text };
        await requestFields(pathOf(workspace, execution, null), { method: 'POST', body });
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['notes', workspace, execution] }),
  });
}
