import { lazy, Suspense } from 'react';
import type { Run } from './useRun.ts';

/** Loaded once something is asked for. */
export const LazyRunDialog = lazy(async () => ({ default: (await import('./RunDialog.tsx')).RunDialog }));

/** The dialog of whatever `run` asks for. */
export function RunAsked({ run }: { readonly run: Run }) {
  const { asked } = run;
  if (asked === null) return null;
  return (
    <Suspense fallback={null}>
      <LazyRunDialog
        workflow={asked.workflow}
        verb="Run"
        initial={asked.initial}
        pending={run.starting !== null}
        error={run.error}
        onRun={(input) => run.start(asked.workflow, input)}
        onClose={run.close}
      />
    </Suspense>
  );
}
