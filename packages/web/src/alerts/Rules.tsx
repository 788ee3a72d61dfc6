import { Button, MenuItem } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { Moment } from './Moment.tsx';
import { MoreMenu } from './MoreMenu.tsx';
import type { RuleAction } from './queries.ts';
import { ruleWords } from './ruleForm.ts';
import type { Alert } from './types.ts';

const HOUR_SECONDS = 3600;

interface RowProps {
  readonly alert: Alert;
  readonly now: number;
  readonly mayChange: boolean;
  readonly onEdit: (alert: Alert) => void;
  readonly onDelete: (alert: Alert) => void;
  readonly onSwitch: (alert: Alert) => void;
  readonly onAct: (action: RuleAction) => void;
}

interface RulesProps extends Omit<RowProps, 'alert'> {
  readonly alerts: readonly Alert[];
}

function State({ alert, now }: { readonly alert: Alert; readonly now: number }) {
  const { enabled, isFiring, mutedUntil } = alert;
  if (!enabled) return <span className="muted">Off</span>;
  const isMuted = mutedUntil !== null && mutedUntil > now;
  return (
    <span className={isFiring ? 'status status-failed' : 'status status-completed'}>
      <Icon name={isFiring ? 'warning' : 'check'} />
      {isFiring ? 'Firing' : 'OK'}
      {isMuted && <span className="muted">muted</span>}
    </span>
  );
}

/** What can be done with a rule besides editing it. */
function More({ alert, now, onDelete, onSwitch, onAct }: Omit<RowProps, 'mayChange' | 'onEdit'>) {
  const { id, enabled, mutedUntil } = alert;
  const isMuted = mutedUntil !== null && mutedUntil > now;
  const act = (key: string): void => {
    if (key === 'test') onAct({ id, action: 'test' });
    else onAct({ id, action: 'mute', seconds: key === 'unmute' ? null : Number(key) * HOUR_SECONDS });
  };
  return (
    <MoreMenu
      name={alert.name}
      enabled={enabled}
      onSwitch={() => onSwitch(alert)}
      onDelete={() => onDelete(alert)}
      onAct={act}
    >
      {isMuted ? (
        <MenuItem id="unmute" className="menu-item">
          Unmute
        </MenuItem>
      ) : (
        <>
          <MenuItem id="1" className="menu-item">
            Mute for 1 hour
          </MenuItem>
          <MenuItem id="24" className="menu-item">
            Mute for 1 day
          </MenuItem>
        </>
      )}
      <MenuItem id="test" className="menu-item">
        Send a test
      </MenuItem>
    </MoreMenu>
  );
}

function Row({ alert, now, mayChange, onEdit, ...more }: RowProps) {
  return (
    <li className="rule">
      <div className="rule-state">
        <State alert={alert} now={now} />
      </div>
      <div className="rule-text">
        <h3>
          <bdi>{alert.name}</bdi> <span className="muted">{alert.severity}</span>
        </h3>
        <p>{ruleWords(alert)}</p>
        <p className="muted">
          <bdi>{alert.workflowName}</bdi>
          {alert.since !== null && (
            <>
              {', changed '}
              <Moment at={alert.since} now={now} />
            </>
          )}
        </p>
      </div>
      {mayChange && (
        <div className="rule-actions">
          <Button className="button button-small" aria-label={`Edit ${alert.name}`} onPress={() => onEdit(alert)}>
            Edit
          </Button>
          <More alert={alert} now={now} {...more} />
        </div>
      )}
    </li>
  );
}

/** All rules with their states. */
export function Rules({ alerts, ...row }: RulesProps) {
  return (
    <section className="list" aria-labelledby="rules-title">
      <h2 id="rules-title" className="list-title">
        Rules
      </h2>
      <ul>
        {alerts.map((alert) => (
          <Row key={alert.id} alert={alert} {...row} />
        ))}
      </ul>
    </section>
  );
}
