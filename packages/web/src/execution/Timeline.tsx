import { formatDuration } from '@flowprof/flame';
import { NONE, type Status } from '@flowprof/model';
import { useMemo, useState, type RefCallback } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { useRowWindow } from '../components/useRowWindow.ts';
import { formatExactMs } from '../format/duration.ts';
import { Because } from './Because.tsx';
import type { Blank } from './blanks.ts';
import { StepBar } from './StepBar.tsx';
import { StepDetails } from './StepDetails.tsx';
import type { StepRow } from './stepRows.ts';
import type { TimelineRow } from './timelineRows.ts';
import type { Extent } from './wholeRun.ts';

/** How tall a line is, in CSS pixels; the style sheet knows it too. */
const ROW_HEIGHT = 48;

function markOf(status: Status): string {
  return `timeline-mark timeline-mark-${status}`;
}

interface StepLineProps {
  readonly row: StepRow;
  readonly extent: Extent;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onShow: (span: number) => void;
  readonly measure: RefCallback<HTMLElement>;
}

/** When a step began and ended, in words. */
function timesOf({ times, step }: StepRow): string {
  if (times === null) return step.status === 'skipped' ? 'did not run' : 'has not started';
  const { start, duration, waited } = times;
  const end = step.status === 'running' ? 'still runs' : `ended at ${formatDuration(start + duration)}`;
  const waits = waited > 0 ? `, after ${formatDuration(waited)} of waiting` : '';
  return `started at ${formatDuration(start + waited)}${waits}, ${end}`;
}

function StepLine({ row, extent, isOpen, onToggle, onShow, measure }: StepLineProps) {
  const { step, label, times, span } = row;
  return (
    <>
      <div className="timeline-line">
        <span className={markOf(step.status)} aria-hidden="true" />
        <div className="timeline-words">
          <div className="timeline-name">
            <Button
              className="icon-button"
              aria-expanded={isOpen}
              aria-label={`${isOpen ? 'Hide' : 'Show'} the details of ${label}`}
              onPress={onToggle}
            >
              <Icon name={isOpen ? 'down' : 'right'} />
            </Button>
            {span === NONE ? (
              <bdi>{label}</bdi>
            ) : (
              <Button className="link-button" onPress={() => onShow(span)}>
                <bdi>{label}</bdi>
              </Button>
            )}
            <StatusBadge status={step.status} />
            {times && (
              <strong title={formatExactMs(times.duration - times.waited)}>
                {formatDuration(times.duration - times.waited)}
              </strong>
            )}
            {step.retryCount > 0 && (
              <span className="tag">
                {step.retryCount} {step.retryCount === 1 ? 'retry' : 'retries'}
              </span>
            )}
          </div>
          <div className="timeline-times muted">{timesOf(row)}</div>
        </div>
        {times && <StepBar status={step.status} times={times} extent={extent} />}
      </div>
      {isOpen && <StepDetails row={row} measure={measure} />}
    </>
  );
}

interface BlankLineProps {
  readonly blank: Blank;
  readonly onShow: (blank: Blank) => void;
}

function BlankLine({ blank, onShow }: BlankLineProps) {
  const { start, end, because } = blank;
  return (
    <div className="timeline-line timeline-blank">
      <span className="timeline-mark timeline-mark-blank" aria-hidden="true" />
      <div className="timeline-words">
        <Button className="link-button" onPress={() => onShow(blank)}>
          {formatDuration(end - start)} in which nothing was at work
        </Button>
        <div className="timeline-times">
          <Because parts={because} />
        </div>
      </div>
    </div>
  );
}

interface TimelineProps {
  readonly rows: readonly TimelineRow[];
  /** The whole run, in microseconds from the execution's start. */
  readonly extent: Extent;
  /** Shows a span, by its row, or a stretch of time in the chart. */
  readonly onShowSpan: (span: number) => void;
  readonly onShowBlank: (blank: Blank) => void;
}

/** The steps one after the other as they ran, and between them why nothing did. */
export function Timeline({ rows, extent, onShowSpan, onShowBlank }: TimelineProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set<string>());
  const open = useMemo(
    () => (opened.size === 0 ? [] : rows.flatMap(({ key }, row) => (opened.has(key) ? [{ row, key }] : []))),
    [rows, opened],
  );
  const { ref, measure, first, end, before, after } = useRowWindow(rows.length, ROW_HEIGHT, open);
  const toggle = (key: string) =>
    setOpened((known) => {
      const next = new Set(known);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="timeline" aria-label="Timeline" tabIndex={0} ref={ref}>
      <ol style={{ paddingTop: before, paddingBottom: after }}>
        {rows.slice(first, end).map((line, i) => (
          <li key={line.key} aria-setsize={rows.length} aria-posinset={first + i + 1}>
            {line.kind === 'blank' ? (
              <BlankLine blank={line.blank} onShow={onShowBlank} />
            ) : (
              <StepLine
                row={line.row}
                extent={extent}
                isOpen={opened.has(line.key)}
                onToggle={() => toggle(line.key)}
                onShow={onShowSpan}
                measure={measure(line.key)}
              />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
