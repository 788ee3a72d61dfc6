import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { ProfilerStore } from '../../profiler/api.ts';
import { exportProfile, PROFILE_EXPORTS, type ExportChoice, type ProfileExport } from '../../profiler/export.ts';
import type { WorkflowProfiles } from '../../profiler/types.ts';

const EXPORT_WORDS: Readonly<Record<ProfileExport, string>> = {
  trace: 'Trace file (flowprof)',
  chrome: 'Trace file (Chrome, Perfetto)',
  analysis: 'Analysis (JSON)',
};

/** Makes the browser save a file. */
function save(fileName: string, bytes: Uint8Array): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/json' }));
  link.download = fileName;
  link.click();
  // the browser has taken hold of it once the click is dealt with
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}

/** Saves the run that is looked at as a file. */
export function ExportMenu({ choice }: { readonly choice: ExportChoice }): ReactNode {
  const menu = useRef<HTMLDetailsElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const closeByKey = ({ key }: KeyboardEvent): void => {
    if (key !== 'Escape' || menu.current === null) return;
    menu.current.open = false;
    menu.current.querySelector('summary')?.focus();
  };
  const saveAs = async (as: ProfileExport): Promise<void> => {
    if (menu.current !== null) menu.current.open = false;
    try {
      const file = await exportProfile(choice, as);
      if (file !== null) save(file.fileName, file.bytes);
      setProblem(null);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <details ref={menu} className="flowprof-profiler-menu">
        <summary className="flowprof-profiler-button" onKeyDown={closeByKey}>
          Export
        </summary>
        <div>
          {PROFILE_EXPORTS.map((as) => (
            <button key={as} type="button" onKeyDown={closeByKey} onClick={() => void saveAs(as)}>
              {EXPORT_WORDS[as]}
            </button>
          ))}
        </div>
      </details>
      {problem !== null && (
        <p role="alert" className="flowprof-profiler-problem">
          The file could not be made: {problem}
        </p>
      )}
    </>
  );
}

interface ClearButtonProps {
  readonly count: number;
  readonly onClear: () => void;
}

/** Removes what was recorded, once more asked. */
export function ClearButton({ count, onClear }: ClearButtonProps): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isAsking) keep.current?.focus();
  }, [isAsking]);
  if (!isAsking) {
    return (
      <button type="button" className="flowprof-profiler-button" disabled={count === 0} onClick={() => setAsking(true)}>
        Clear
      </button>
    );
  }
  return (
    <fieldset className="flowprof-profiler-ask">
      <legend>Remove {count === 1 ? 'the recording' : `all ${count} recordings, the baseline too`}?</legend>
      <button
        type="button"
        className="flowprof-profiler-button"
        onClick={() => {
          onClear();
          setAsking(false);
        }}
      >
        Remove
      </button>
      <button ref={keep} type="button" className="flowprof-profiler-button" onClick={() => setAsking(false)}>
        Keep
      </button>
    </fieldset>
  );
}

interface RecordButtonProps {
  readonly store: ProfilerStore;
  readonly workflowId: string;
  readonly known: WorkflowProfiles;
}

/** Begins and ends a recording by hand, where no engine does. */
export function RecordButton({ store, workflowId, known }: RecordButtonProps): ReactNode {
  const [last] = known.recordings.slice(-1);
  if (last === undefined) {
    return (
      <button type="button" className="flowprof-profiler-button" onClick={() => store.startRecording(workflowId)}>
        Record
      </button>
    );
  }
  return (
    <button
      type="button"
      className="flowprof-profiler-button"
      onClick={() => store.endRecording(workflowId, 'completed', { runId: last.runId })}
    >
      Stop
    </button>
  );
}
