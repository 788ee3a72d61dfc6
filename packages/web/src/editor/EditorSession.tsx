import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { ErrorState } from '../components/Notice.tsx';
import { RunAsked } from '../run/RunAsked.tsx';
import { useRun } from '../run/useRun.ts';
import { useNow } from '../shell/useNow.ts';
import { whatIfQuery } from '../what-if/address.ts';
import { predictableChanges } from '../what-if/structure.ts';
import type { WorkflowDetails } from '../workflow/types.ts';
import { Conflict } from './Conflict.tsx';
import { DraftOffer } from './DraftOffer.tsx';
import { Editor } from './Editor.tsx';
import { Leaving } from './Leaving.tsx';
import { useNodeTimes, useNodeTypes, useSaveWorkflow } from './queries.ts';
import { isConflict, SaveDialog } from './SaveDialog.tsx';
import type { Base } from './state.ts';
import { useEditor, useProblems, type Editor as Edited } from './useEditor.ts';

interface SessionProps {
  readonly workspace: string;
  /** Null for a new workflow. */
  readonly workflow: WorkflowDetails | null;
  /** What is saved: the newest version, or what a new workflow begins with. */
  readonly base: Base;
  readonly mayChange: boolean;
}

function pathOfWorkflow(id: string): string {
  return `/workflows/${encodeURIComponent(id)}`;
}

/** Saving, with what is done once it was. */
function useSaving({ workspace, workflow }: SessionProps, { state, dispatch }: Edited) {
  const [wanted, setWanted] = useState<'save' | 'run' | null>(null);
  const [made, setMade] = useState<string | null>(null);
  const save = useSaveWorkflow(workspace);
  const run = useRun(workspace);
  const navigate = useNavigate();
  // Once the page knows that nothing is unsaved, a new workflow goes on under its own address.
  const { version } = state.base;
  useEffect(() => {
    if (made !== null && version !== null) void navigate(`${pathOfWorkflow(made)}?tab=editor`, { replace: true });
  }, [made, version, navigate]);
  const saveIt = (message: string): void => {
    const { present: definition } = state.history;
    save.mutate(
      { id: workflow?.id ?? null, definition, base: state.base, message },
      {
        onSuccess: (saved) => {
          dispatch({ kind: 'saved', base: { file: definition, version: saved.version } });
          if (wanted === 'run') run.ask(saved);
          setWanted(null);
          if (workflow === null) setMade(saved.id);
        },
        onError: (error) => {
          if (isConflict(error)) setWanted(null);
        },
      },
    );
  };
  const ask = (what: 'save' | 'run'): void => {
    save.reset();
    setWanted(what);
  };
  return { wanted, setWanted, ask, save, saveIt, run };
}

/** What the edit would do to a past run, as an address; null where nothing of it can be told. */
function usePredictPath({ workflow }: SessionProps, { state, isChanged }: Edited): string | null {
  if (workflow === null) return null;
  const changes = isChanged ? predictableChanges(state.base.file, state.history.present).changes : [];
  return `${pathOfWorkflow(workflow.id)}${whatIfQuery({ changes })}`;
}

function ConflictOf({
  workflow,
  edited,
  base,
}: {
  readonly workflow: WorkflowDetails;
  readonly edited: Edited;
  readonly base: Base;
}) {
  const { state, dispatch, isChanged, offer } = edited;
  const from = state.base.version;
  if (!isChanged || offer !== null || from === null || base.version === null || from === base.version) return null;
  const { version: newest } = base;
  return (
    <Conflict
      from={from}
      newest={newest}
      versionsPath={`${pathOfWorkflow(workflow.id)}?tab=versions&from=${from}&to=${newest}`}
      onTakeTheirs={() => dispatch({ kind: 'load', base })}
      onKeepMine={() => dispatch({ kind: 'saved', base })}
    />
  );
}

/** The editor of a workflow with all around it: its draft, saving, conflicts, running, leaving. */
export function EditorSession(props: SessionProps) {
  const { workspace, workflow, base, mayChange } = props;
  const edited = useEditor(workflow?.id ?? null, base);
  const { state, dispatch, isChanged, offer } = edited;
  const types = useNodeTypes(workspace);
  const times = useNodeTimes(workspace, workflow?.id ?? null);
  const checked = useProblems(workspace, state, types.data ?? null);
  const saving = useSaving(props, edited);
  const predictPath = usePredictPath(props, edited);
  const now = useNow(60_000);
  const { wanted, save, run } = saving;
  const textProblem = state.fault && { code: 'malformed_json', pointer: '', place: null, message: state.fault.message };
  const mayRun = mayChange && workflow?.isEnabled === true;
  if (types.error && !types.data) {
    return <ErrorState error={types.error} what="The list of node types" onRetry={() => void types.refetch()} />;
  }
  return (
    <>
      {workflow && <ConflictOf workflow={workflow} edited={edited} base={base} />}
      {run.error && run.asked === null && (
        <p className="inline-error" role="alert">
          It could not be started: {run.error.message}
        </p>
      )}
      <Editor
        state={state}
        dispatch={dispatch}
        types={types.data ?? []}
        times={times}
        checked={checked}
        isReadOnly={!mayChange}
        isChanged={isChanged}
        predictPath={predictPath}
        onSave={() => saving.ask('save')}
        onSaveAndRun={mayRun && isChanged ? () => saving.ask('run') : null}
      />
      <SaveDialog
        isOpen={wanted !== null}
        isNew={workflow === null}
        problems={textProblem ? [textProblem] : checked.problems}
        isPending={save.isPending}
        error={save.error}
        then={wanted === 'run' ? 'run' : null}
        onSave={saving.saveIt}
        onClose={() => saving.setWanted(null)}
      />
      <RunAsked run={run} />
      <DraftOffer draft={offer} version={base.version} now={now} onTake={edited.takeOffer} onDrop={edited.dropOffer} />
      <Leaving isChanged={isChanged && mayChange} />
    </>
  );
}
