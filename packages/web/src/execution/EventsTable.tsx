import { formatDuration } from '@flowprof/flame';
import { isFailure, type Trace } from '@flowprof/model';
import { Button } from 'react-aria-components';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { useRowWindow } from '../components/useRowWindow.ts';
import { formatExactMs } from '../format/duration.ts';
import { describeEvent, type RunEvents } from './runEvents.ts';

/** How tall a row is, in CSS pixels; the style sheet knows it too. */
const ROW_HEIGHT = 37;
const NO_ROWS: readonly never[] = [];

interface RowProps {
  readonly trace: Trace;
  readonly events: RunEvents;
  readonly at: number;
  /** Its position in the list, from 0. */
  readonly place: number;
  readonly onShow: (at: number) => void;
}

function Row({ trace, events, at, place, onShow }: RowProps) {
  const { what, of, status, duration, detail } = describeEvent(trace, events, at);
  const time = events.time[at] ?? 0;
  return (
    <tr className="step-row" aria-rowindex={place + 2}>
      <td className="right" title={formatExactMs(time)}>
        {formatDuration(time)}
      </td>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its text is the label */}
      <th scope="row">
        <Button className="link-button" onPress={() => onShow(at)}>
          <bdi>{of}</bdi>
        </Button>
      </th>
      <td title={what}>
        <bdi>{what}</bdi>
      </td>
      <td>{status !== null && <StatusBadge status={status} />}</td>
      <td className="right">{duration !== null && formatDuration(duration)}</td>
      <td className={status !== null && isFailure(status) ? 'step-error' : undefined} title={detail ?? undefined}>
        <bdi>{detail}</bdi>
      </td>
    </tr>
  );
}

interface EventsTableProps {
  readonly trace: Trace;
  readonly events: RunEvents;
  /** The positions of those that are listed. */
  readonly chosen: Uint32Array;
  readonly onShow: (at: number) => void;
}

/** What happened, in order, however much it is. */
export function EventsTable({ trace, events, chosen, onShow }: EventsTableProps) {
  const { ref, first, end, before, after } = useRowWindow(chosen.length, ROW_HEIGHT, NO_ROWS);
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll table-window" aria-label="Events" tabIndex={0} ref={ref}>
      <table className="steps steps-fixed events" aria-rowcount={chosen.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className="right" title="From the execution's start">
              Time
            </th>
            <th scope="col">Of</th>
            <th scope="col">What</th>
            <th scope="col">Status</th>
            <th scope="col" className="right">
              Took
            </th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {Array.from(chosen.subarray(first, end), (at, i) => (
            <Row key={at} trace={trace} events={events} at={at} place={first + i} onShow={onShow} />
          ))}
          {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
        </tbody>
      </table>
      {chosen.length === 0 && <p className="table-empty">Nothing like that happened.</p>}
    </section>
  );
}
