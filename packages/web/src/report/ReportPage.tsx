import { formatDuration } from '@flowprof/flame';
import type { ExecutionInfo } from '@flowprof/model';
import { useMemo, useReducer } from 'react';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { Figure } from '../execution/Header.tsx';
import { useAnalysis } from '../execution/useAnalysis.ts';
import { useUrlState } from '../execution/useUrlState.ts';
import { Views } from '../execution/Views.tsx';
import { extentOf } from '../execution/wholeRun.ts';
import { formatExactMs } from '../format/duration.ts';
import { formatExact } from '../format/time.ts';
import { words } from '../format/value.ts';
import { Logo } from '../shell/Logo.tsx';
import { ThemeSwitch } from '../shell/ThemeSwitch.tsx';
import type { Report } from './data.ts';
import { stepsOfTrace } from '../execution/traceSteps.ts';

function Head({ execution, total, makespan }: { execution: ExecutionInfo; total: number; makespan: number | null }) {
  const name = execution.name === '' ? (execution.workflow ?? 'Execution') : execution.name;
  const started = execution.startedAt === null ? null : execution.startedAt / 1000;
  return (
    <div className="execution-head">
      <div className="execution-title">
        <h1>
          <bdi>{name}</bdi>
        </h1>
        <StatusBadge status={execution.status} />
      </div>
      <span className="spacer" />
      <dl className="figures">
        {execution.workflow !== null && execution.workflow !== name && (
          <Figure name="Workflow">
            <bdi>{execution.workflow}</bdi>
          </Figure>
        )}
        {started !== null && <Figure name="Started">{formatExact(started)}</Figure>}
        <Figure name="Duration" title={formatExactMs(total)}>
          {formatDuration(total)}
        </Figure>
        <Figure name="Makespan" title={makespan === null ? undefined : formatExactMs(makespan)}>
          {makespan === null ? '–' : formatDuration(makespan)}
        </Figure>
        <Figure name="Source">
          <bdi>{words(execution.sourceFormat)}</bdi>
        </Figure>
      </dl>
    </div>
  );
}

/** An execution by itself, without a server: everything that it shows is in the page. */
export function ReportPage({ report }: { readonly report: Report }) {
  const { trace, present } = report;
  const { execution } = trace;
  const address = useUrlState();
  const [isThere, tellThere] = useReducer(() => true, false);
  const analysis = useAnalysis(trace, present, isThere);
  const steps = useMemo(() => stepsOfTrace(trace), [trace]);
  const extent = useMemo(() => extentOf(trace, present), [trace, present]);
  return (
    <div className="shell">
      <header className="topbar">
        <span className="brand">
          <Logo />
          flowprof
        </span>
        <span className="spacer" />
        <ThemeSwitch />
      </header>
      <main id="main" tabIndex={-1}>
        <div className="page page-execution">
          <Head
            execution={execution}
            total={execution.recordedDuration ?? extent.end - Math.min(0, extent.start)}
            makespan={analysis?.makespan ?? null}
          />
          <Views
            trace={trace}
            analysis={analysis}
            status={execution.status}
            error={execution.error?.message ?? null}
            steps={steps}
            present={present}
            address={address}
            source={null}
            onThere={tellThere}
          />
        </div>
      </main>
    </div>
  );
}
