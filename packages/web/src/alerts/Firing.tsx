import { Button } from 'react-aria-components';
import { Link } from 'react-router';
import { Icon } from '../components/Icon.tsx';
import { Moment } from './Moment.tsx';
import type { RuleAction } from './queries.ts';
import { ruleWords } from './ruleForm.ts';
import type { Alert, AlertEvent } from './types.ts';

const HOUR_SECONDS = 3600;

interface FiringProps {
  readonly alerts: readonly Alert[];
  readonly events: readonly AlertEvent[];
  readonly now: number;
  readonly mayChange: boolean;
  readonly onAct: (action: RuleAction) => void;
}

/** What fires now, each with the way to where it shows. */
export function Firing({ alerts, events, now, mayChange, onAct }: FiringProps) {
  if (alerts.length === 0) return null;
  return (
    <section className="firing" aria-labelledby="firing-title">
      <h2 id="firing-title">Firing now</h2>
      <ul>
        {alerts.map((alert) => (
          <FiringItem
            key={alert.id}
            alert={alert}
            event={events.find(({ alertId, hasFired }) => alertId === alert.id && hasFired) ?? null}
            now={now}
            mayChange={mayChange}
            onAct={onAct}
          />
        ))}
      </ul>
    </section>
  );
}

interface ItemProps extends Omit<FiringProps, 'alerts' | 'events'> {
  readonly alert: Alert;
  /** When it began; null where that is long ago. */
  readonly event: AlertEvent | null;
}

function FiringItem({ alert, event, now, mayChange, onAct }: ItemProps) {
  const { id, name, executionId, since, acknowledgedBy, mutedUntil } = alert;
  const path = event?.path ?? (executionId === null ? null : `/executions/${encodeURIComponent(executionId)}`);
  const isMuted = mutedUntil !== null && mutedUntil > now;
  return (
    <li className={`firing-item firing-${alert.severity}`}>
      <div className="firing-text">
        <h3>
          <Icon name="warning" />
          <bdi>{name}</bdi>
          <span className="muted">{alert.severity}</span>
        </h3>
        <p>{event?.sentence ?? `${alert.workflowName}: ${ruleWords(alert)}.`}</p>
        <p className="muted">
          {since !== null && (
            <>
              since <Moment at={since} now={now} />
            </>
          )}
          {acknowledgedBy !== null && (
            <>
              , acknowledged by <bdi>{acknowledgedBy}</bdi>
            </>
          )}
          {isMuted && ', muted'}
        </p>
      </div>
      <div className="firing-actions">
        {mayChange && acknowledgedBy === null && (
          <Button
            className="button button-small"
            aria-label={`Acknowledge ${name}`}
            onPress={() => onAct({ id, action: 'acknowledge' })}
          >
            Acknowledge
          </Button>
        )}
        {mayChange && !isMuted && (
          <Button
            className="button button-small"
            aria-label={`Mute ${name} for an hour`}
            onPress={() => onAct({ id, action: 'mute', seconds: HOUR_SECONDS })}
          >
            Mute for 1 h
          </Button>
        )}
        {path !== null && (
          <Link className="button button-small button-primary" to={path} aria-label={`Show what happened: ${name}`}>
            Show what happened
          </Link>
        )}
      </div>
    </li>
  );
}
