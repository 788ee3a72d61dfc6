import { formatDuration } from '@flowprof/flame';
import { Button } from 'react-aria-components';
import { formatExact } from '../../format/time.ts';
import type { Note } from './queries.ts';

interface NotesPanelProps {
  readonly notes: readonly Note[];
  readonly onShow: (note: Note) => void;
  /** Null for who may only read. */
  readonly onEdit: ((note: Note) => void) | null;
}

/** The notes on the execution as a table; the chart shows them on its axis. */
export function NotesPanel({ notes, onShow, onEdit }: NotesPanelProps) {
  if (notes.length === 0) return null;
  return (
    <section className="range-panel" aria-labelledby="notes-title">
      <div className="range-head">
        <h3 id="notes-title">
          Notes <span className="tab-count">{notes.length}</span>
        </h3>
      </div>
      {/* A region that scrolls by itself must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="range-scroll" aria-label="All notes" tabIndex={0}>
        <table className="range-table">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Note</th>
              <th scope="col">Author</th>
              {onEdit && (
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {notes.map((note) => (
              <tr key={note.id}>
                <td className="note-time">
                  <Button className="link-button" onPress={() => onShow(note)}>
                    {formatDuration(note.start)}
                    {note.end > note.start && ` – ${formatDuration(note.end)}`}
                  </Button>
                </td>
                <td className="note-text">
                  <bdi>{note.text}</bdi>
                </td>
                <td title={note.updatedAt === null ? undefined : formatExact(note.updatedAt)}>
                  <bdi>{note.author ?? '–'}</bdi>
                </td>
                {onEdit && (
                  <td className="right">
                    <Button className="button button-small" onPress={() => onEdit(note)}>
                      Edit
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
