import { Button } from 'react-aria-components';
import { Link } from 'react-router';
import { Icon } from '../components/Icon.tsx';
import { Moment } from './Moment.tsx';
import type { AlertEvent } from './types.ts';

interface EventsProps {
  readonly events: readonly AlertEvent[];
  readonly total: number;
  readonly now: number;
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

function Delivery({ event: { waiting, dead } }: { readonly event: AlertEvent }) {
  if (dead > 0) return <span className="event-problem">not delivered</span>;
  return waiting > 0 ? <span className="muted">waits to be delivered</span> : null;
}

function EventItem({ event, now }: { readonly event: AlertEvent; readonly now: number }) {
  return (
    <li className="event">
      <span className={event.hasFired ? 'status status-failed' : 'status status-completed'}>
        <Icon name={event.hasFired ? 'warning' : 'check'} />
        {event.hasFired ? 'Fired' : 'Resolved'}
      </span>
      <div className="event-text">
        <Link to={event.path} className="event-link">
          {event.sentence}
        </Link>
        <p className="muted">
          <bdi>{event.alertName}</bdi>, <Moment at={event.at} now={now} /> <Delivery event={event} />
        </p>
      </div>
    </li>
  );
}

/** When alerts began and were over, each with a link to what happened. */
export function Events({ events, total, now, hasMore, onMore }: EventsProps) {
  return (
    <section className="list" aria-labelledby="events-title">
      <h2 id="events-title" className="list-title">
        History
      </h2>
      {events.length === 0 && <p className="list-empty muted">No alert has fired yet.</p>}
      <ul>
        {events.map((event) => (
          <EventItem key={event.id} event={event} now={now} />
        ))}
      </ul>
      {hasMore && (
        <div className="list-foot">
          <output className="muted">
            {events.length} of {total} events
          </output>
          <Button className="button" onPress={onMore}>
            Load more
          </Button>
        </div>
      )}
    </section>
  );
}
