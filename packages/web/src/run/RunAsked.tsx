import { RunDialog } from './RunDialog.tsx';
import type { Run } from './useRun.ts';

/** The dialog of whatever `run` asks for. */
export function RunAsked({ run }: { readonly run: Run }) {
  return (
    <RunDialog
      workflow={run.asked?.workflow ?? null}
      verb="Run"
      initial={run.asked?.initial ?? {}}
      pending={run.starting !== null}
      error={run.error}
      onRun={(input) => run.asked && run.start(run.asked.workflow, input)}
      onClose={run.close}
    />
  );
}
