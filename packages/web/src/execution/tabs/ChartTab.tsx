import type { Trace } from '@flowprof/model';
import { lazy, Suspense, useState } from 'react';
import { useMayChange } from '../../api/queries.ts';
import { ChartPanel } from '../ChartPanel.tsx';
import { useNotes, type Note, type NoteDraft } from '../notes/queries.ts';
import type { Stretch } from '../urlState.ts';
import type { TabProps } from './tab.ts';

const NoteDialog = lazy(async () => ({ default: (await import('../notes/NoteDialog.tsx')).NoteDialog }));

interface LoadedProps extends TabProps {
  readonly trace: Trace;
}

const NO_NOTES: readonly Note[] = [];

function chartProps({ trace, analysis, steps, present, highlight, address, onHelp }: LoadedProps) {
  return {
    trace,
    analysis,
    steps,
    now: present,
    highlight,
    state: address.state,
    onChange: address.change,
    initialView: address.view(),
    onView: address.setView,
    linkOf: address.link,
    onHelp,
  };
}

/** The flame chart of an execution that people write notes on. */
function NotedChart(props: LoadedProps & { readonly source: NonNullable<TabProps['source']> }) {
  const { source, address } = props;
  const { id } = source.execution;
  const notes = useNotes(source.workspace, id);
  const mayChange = useMayChange();
  const [draft, setDraft] = useState<NoteDraft | null>(null);
  const { span } = address.state;
  const write = ({ start, end }: Stretch) => setDraft({ id: null, start, end, text: '', span });
  const edit = (note: Note) => setDraft({ id: note.id, start: note.start, end: note.end, text: note.text, span: null });
  return (
    <>
      <ChartPanel
        {...chartProps(props)}
        notes={notes.data ?? NO_NOTES}
        onWriteNote={mayChange ? write : null}
        onEditNote={mayChange ? edit : null}
      />
      {draft && (
        <Suspense fallback={null}>
          <NoteDialog workspace={source.workspace} execution={id} draft={draft} onClose={() => setDraft(null)} />
        </Suspense>
      )}
    </>
  );
}

/** The flame chart. */
export function ChartTab(props: TabProps) {
  const { trace, source } = props;
  if (!trace) return <output className="skeleton skeleton-chart" aria-label="Loading the chart" />;
  if (source) return <NotedChart {...props} trace={trace} source={source} />;
  return <ChartPanel {...chartProps({ ...props, trace })} notes={NO_NOTES} onWriteNote={null} onEditNote={null} />;
}
