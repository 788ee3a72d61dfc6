import { DARK, LIGHT, type FlameChartHandle, type NodeDifference, type TimeRange } from '@flowprof/flame';
import { FlameChart, FlameTable } from '@flowprof/flame/react';
import { asMicros, isTerminal, NONE, type Status, type Trace } from '@flowprof/model';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTrace } from '../api/queries.ts';
import { ErrorState } from '../components/Notice.tsx';
import { formatDuration } from '@flowprof/flame';
import { analysePage } from '../execution/analysis.ts';
import type { ListedExecution } from '../executions/listed.ts';
import { useTheme } from '../shell/theme.ts';
import { alignRuns, counterpartOf, extentOf, nodeOfRow, rowOfNode, shifted, type Alignment } from './align.ts';
import { ratiosOf } from './parts.ts';
import type { Comparison } from './types.ts';
import type { CompareState } from './urlState.ts';
import { ScrollBox } from './ScrollBox.tsx';

interface RunsViewProps {
  readonly workspace: string | undefined;
  readonly base: ListedExecution;
  readonly candidate: ListedExecution;
  readonly comparison: Comparison;
  readonly state: CompareState;
  readonly onChange: (change: Partial<CompareState>) => void;
}

type Side = 'base' | 'candidate';

/** How long the part in view must rest before it is in the address. Milliseconds. */
const SETTLED_MS = 300;

/** Where spans that still run end, in microseconds from the start; null once nothing runs. */
function presentOf(status: Status, trace: Trace): number | null {
  if (isTerminal(status)) return null;
  return extentOf(trace, 0).end;
}

/** What a node of one side is called on the other. */
function keyOn(side: Side, key: string, { nodes }: Comparison): string {
  const match = nodes.find((one) => (side === 'candidate' ? one.id === key : (one.renamedFrom ?? one.id) === key));
  if (match === undefined || match.renamedFrom === null) return key;
  return side === 'candidate' ? match.renamedFrom : match.id;
}

/**
 * Keeps both charts at the same part of the time.
 * @param first the part of the candidate that is shown first; null for all
 * @param onPart told the part in view, on the candidate's clock
 */
function useLink(
  base: FlameChartHandle | null,
  candidate: FlameChartHandle | null,
  alignment: Alignment,
  first: TimeRange | null,
  onPart: (part: TimeRange) => void,
) {
  const isFollowing = useRef(false);
  const wanted = useRef(first);
  const isFirst = useRef(true);
  useEffect(() => {
    if (base === null || candidate === null) return;
    isFollowing.current = true;
    base.setReach(alignment.base);
    candidate.setReach(alignment.candidate);
    if (isFirst.current) candidate.setViewport(wanted.current ?? alignment.candidate);
    const { start, end } = candidate.viewport();
    base.setViewport(shifted({ start, end }, alignment.shift));
    isFollowing.current = false;
    isFirst.current = false;
  }, [base, candidate, alignment]);
  return (side: Side, { start, end }: TimeRange) => {
    if (isFollowing.current) return;
    const there = shifted({ start, end }, side === 'candidate' ? alignment.shift : -alignment.shift);
    isFollowing.current = true;
    (side === 'candidate' ? base : candidate)?.setViewport(there);
    isFollowing.current = false;
    onPart(side === 'candidate' ? { start, end } : there);
  };
}

/** Writes the part in view into the address once it rests. */
function usePartWriter(write: (part: TimeRange) => void): (part: TimeRange) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(write);
  useEffect(() => {
    latest.current = write;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return (part) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(part), SETTLED_MS);
  };
}

interface RunChartProps {
  readonly title: string;
  readonly label: string;
  readonly trace: Trace;
  readonly now: number | null;
  /** Told the chart once it is there. */
  readonly onChart: (chart: FlameChartHandle | null) => void;
  readonly row: number;
  readonly difference: NodeDifference | null;
  readonly onSelect: (row: number | null) => void;
  readonly onView: (view: TimeRange) => void;
}

function RunChart({ title, label, trace, now, onChart, row, difference, onSelect, onView }: RunChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const theme = useTheme() === 'dark' ? DARK : LIGHT;
  const present = now === null ? null : asMicros(Math.round(now));
  const analysis = useMemo(() => analysePage(trace, present), [trace, present]);
  const selected = row === NONE ? null : row;
  return (
    <section className="run-chart" aria-label={`Run ${label}`}>
      <h2 className="run-chart-title">
        {title} <span className="muted">{analysis.makespan === null ? '' : formatDuration(analysis.makespan)}</span>
      </h2>
      <div className="run-chart-frame" ref={frame}>
        <FlameChart
          ref={onChart}
          trace={trace}
          now={present}
          theme={theme}
          label={`Flame chart, ${label}`}
          criticalPath={analysis.criticalPath}
          difference={difference}
          selectedRow={selected}
          onSelect={onSelect}
          onViewportChange={onView}
          onHeight={(height) => frame.current?.style.setProperty('--chart-height', `${height}px`)}
          options={{ minimap: false }}
        />
      </div>
      <details className="as-table">
        <summary>The spans as a table</summary>
        <ScrollBox label={`Spans, ${label}`}>
          <FlameTable trace={trace} selectedRow={selected} onSelect={onSelect} />
        </ScrollBox>
      </details>
    </section>
  );
}

interface LoadedProps extends Omit<RunsViewProps, 'workspace'> {
  readonly traces: { readonly base: Trace; readonly candidate: Trace };
}

/** A span that was clicked and its counterpart; the address knows the node only. */
interface Clicked {
  readonly node: string;
  readonly base: number;
  readonly candidate: number;
}

/** The spans that are selected in both, by the node of the address, and selecting others. */
function useSelected({ traces, comparison, state, onChange }: LoadedProps) {
  const { node } = state;
  const [clicked, setClicked] = useState<Clicked | null>(null);
  const ofNode = (side: Side) => {
    if (node === null) return NONE;
    if (clicked?.node === node) return clicked[side];
    return rowOfNode(traces[side], side === 'candidate' ? node : keyOn('candidate', node, comparison));
  };
  const select = (side: Side, row: number | null) => {
    const key = row === null ? null : nodeOfRow(traces[side], row);
    if (row === null || key === null) {
      setClicked(null);
      onChange({ node: null });
      return;
    }
    const other: Side = side === 'base' ? 'candidate' : 'base';
    const there = counterpartOf(traces[side], row, traces[other], keyOn(side, key, comparison));
    const name = side === 'candidate' ? key : keyOn('base', key, comparison);
    setClicked({ node: name, base: side === 'base' ? row : there, candidate: side === 'candidate' ? row : there });
    onChange({ node: name });
  };
  return { base: ofNode('base'), candidate: ofNode('candidate'), select };
}

interface ControlsProps {
  readonly chart: FlameChartHandle | null;
  readonly isAligned: boolean;
  readonly canAlign: boolean;
  readonly hasNode: boolean;
  readonly onAligned: (isAligned: boolean) => void;
}

function Controls({ chart, isAligned, canAlign, hasNode, onAligned }: ControlsProps) {
  const zoom = (factor: number) => {
    const view = chart?.viewport();
    if (!view) return;
    const middle = (view.start + view.end) / 2;
    const half = ((view.end - view.start) / 2) * factor;
    chart?.setViewport({ start: middle - half, end: middle + half }, { animate: true });
  };
  const lonely = canAlign ? '' : 'The selected node ran in one of both only.';
  return (
    <div className="runs-bar">
      <Button className="button button-small" onPress={() => zoom(0.5)}>
        Zoom in
      </Button>
      <Button className="button button-small" onPress={() => zoom(2)}>
        Zoom out
      </Button>
      <Button className="button button-small" onPress={() => chart?.fit()}>
        Both whole
      </Button>
      <label className="check">
        <input
          type="checkbox"
          checked={isAligned}
          disabled={!canAlign && !isAligned}
          onChange={(event) => onAligned(event.target.checked)}
        />
        Align where the selected node begins
      </label>
      <span className="muted">{hasNode ? lonely : 'Select a bar to find its counterpart.'}</span>
    </div>
  );
}

/** How both lie on one scale of time. */
function useAlignment({ traces, base, candidate, state }: LoadedProps, rows: Readonly<Record<Side, number>>) {
  const nowBase = presentOf(base.status, traces.base);
  const nowCandidate = presentOf(candidate.status, traces.candidate);
  const canAlign = rows.base !== NONE && rows.candidate !== NONE;
  const isAligned = state.isAligned && canAlign;
  const atBase = isAligned ? (traces.base.spans.start[rows.base] ?? 0) : null;
  const atCandidate = isAligned ? (traces.candidate.spans.start[rows.candidate] ?? 0) : null;
  const alignment = useMemo(
    () =>
      alignRuns(
        extentOf(traces.base, nowBase ?? 0),
        extentOf(traces.candidate, nowCandidate ?? 0),
        atBase === null || atCandidate === null ? null : { base: atBase, candidate: atCandidate },
      ),
    [traces, nowBase, nowCandidate, atBase, atCandidate],
  );
  return { alignment, canAlign, nowBase, nowCandidate };
}

function Loaded(props: LoadedProps) {
  const { comparison, state, traces, onChange } = props;
  const [baseChart, setBaseChart] = useState<FlameChartHandle | null>(null);
  const [candidateChart, setCandidateChart] = useState<FlameChartHandle | null>(null);
  const selected = useSelected(props);
  const { alignment, canAlign, nowBase, nowCandidate } = useAlignment(props, selected);
  const difference = useMemo(() => ratiosOf(comparison), [comparison]);
  const write = usePartWriter(({ start, end }) => {
    const { candidate: reach } = alignment;
    const isWhole = start <= reach.start && end >= reach.end;
    onChange({ part: isWhole ? null : { start, end } });
  });
  const follow = useLink(baseChart, candidateChart, alignment, state.part, write);
  return (
    <>
      <Controls
        chart={candidateChart}
        isAligned={state.isAligned}
        canAlign={canAlign}
        hasNode={state.node !== null}
        onAligned={(isAligned) => onChange({ isAligned })}
      />
      <RunChart
        title="Before"
        label="before"
        trace={traces.base}
        now={nowBase}
        onChart={setBaseChart}
        row={selected.base}
        difference={null}
        onSelect={(row) => selected.select('base', row)}
        onView={(view) => follow('base', view)}
      />
      <RunChart
        title="After"
        label="after"
        trace={traces.candidate}
        now={nowCandidate}
        onChart={setCandidateChart}
        row={selected.candidate}
        difference={difference}
        onSelect={(row) => selected.select('candidate', row)}
        onView={(view) => follow('candidate', view)}
      />
      <p className="muted compare-note">
        Both share one scale of time. Colours of the lower chart say how its nodes changed: red took longer, blue less;
        the numbers are in the view “Nodes”.
      </p>
    </>
  );
}

/** Both runs above each other on one scale of time, moved and zoomed together. */
export function RunsView(props: RunsViewProps) {
  const { workspace, base, candidate } = props;
  const before = useTrace(workspace, base.id, base.status);
  const after = useTrace(workspace, candidate.id, candidate.status);
  const error = before.error ?? after.error;
  const traces = useMemo(
    () => (before.data && after.data ? { base: before.data, candidate: after.data } : null),
    [before.data, after.data],
  );
  if (error && traces === null) {
    const retry = () => void (before.error ? before.refetch() : after.refetch());
    return <ErrorState error={error} what="The trace" onRetry={retry} />;
  }
  if (traces === null) return <output className="skeleton skeleton-chart" aria-label="Loading both runs" />;
  return <Loaded {...props} traces={traces} />;
}
