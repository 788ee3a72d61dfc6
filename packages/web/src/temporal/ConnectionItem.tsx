import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Moment } from '../alerts/Moment.tsx';
import { MoreMenu } from '../alerts/MoreMenu.tsx';
import { Icon } from '../components/Icon.tsx';
import { whyNot } from '../settings/problems.ts';
import { marksWith, paceOf, paceWords, type Mark } from './pace.ts';
import { useCheckConnection, useSaveConnection, useSyncConnection } from './queries.ts';
import { adviceFor, checkWords, STATE_LOOKS, syncedWords, syncLine } from './syncWords.ts';
import type { SyncError, SyncState, TemporalConnection } from './types.ts';

/** So many executions may wait without a picture of it. */
const FEW = 20;

/** Whether the sync of a connection works, as picture, word and colour. */
function StateBadge({ connection }: { readonly connection: TemporalConnection }) {
  const [word, icon, tone] = STATE_LOOKS[connection.sync.state];
  return (
    <span className={`sync-state sync-${tone}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
}

/** What Temporal or the way to it has against a connection, and what to do about it. */
function Refusal({ error }: { readonly error: SyncError }) {
  const advice = adviceFor(error.code);
  return (
    <span>
      <code>{error.code}</code> <bdi>{error.message}</bdi>
      {advice !== null && <span className="connection-advice">{advice}</span>}
    </span>
  );
}

interface ProgressProps {
  readonly sync: SyncState;
  /** When that was so. Milliseconds since the epoch. */
  readonly askedAt: number;
}

/** How far the reading of many executions is, and how fast it goes. */
function Progress({ sync, askedAt }: ProgressProps) {
  const [seen, setSeen] = useState<{ readonly at: number; readonly marks: readonly Mark[] }>({ at: 0, marks: [] });
  if (seen.at !== askedAt) setSeen({ at: askedAt, marks: marksWith(seen.marks, sync, askedAt) });
  const { runs, waiting } = sync;
  const pace = paceOf(sync, seen.marks);
  // A few are read before anybody has looked.
  if (pace === null || waiting < FEW) return null;
  return (
    <div className="connection-progress">
      <progress value={pace.share} aria-label="Executions that are read" />
      <span className="muted">
        {(runs - waiting).toLocaleString('en')} of {runs.toLocaleString('en')} read
        {pace.perSecond !== null && `, ${paceWords(pace.perSecond)}`}
      </span>
    </div>
  );
}

type Asked = 'check' | 'sync';

interface ItemProps {
  readonly workspace: string;
  readonly connection: TemporalConnection;
  readonly isAdmin: boolean;
  readonly mayChange: boolean;
  readonly now: number;
  /** When the connection was as it is shown. Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

/** What came of what was asked of a connection last, or that it is under way. */
function useAsked({ workspace, connection }: Pick<ItemProps, 'workspace' | 'connection'>) {
  const check = useCheckConnection(workspace);
  const sync = useSyncConnection(workspace);
  const [last, setLast] = useState<Asked | null>(null);
  const ask = (what: Asked) => {
    setLast(what);
    (what === 'check' ? check : sync).mutate(connection.id);
  };
  const isAsking = check.isPending || sync.isPending;
  const shown = last === 'check' ? check : sync;
  const answer = () => {
    if (last === null) return null;
    if (shown.isPending) return last === 'check' ? 'Asking the server' : 'Listing and reading executions';
    if (shown.error) return <span className="connection-bad">{whyNot(shown.error)}</span>;
    if (last === 'sync') return sync.data && syncedWords(sync.data);
    if (!check.data) return null;
    if (check.data.error) return <Refusal error={check.data.error} />;
    return checkWords(check.data);
  };
  return { ask, isAsking, isPending: last !== null && shown.isPending, answer: answer() };
}

type ActionsProps = Pick<ItemProps, 'connection' | 'isAdmin' | 'mayChange' | 'onEdit' | 'onDelete'> & {
  readonly isAsking: boolean;
  readonly onAsk: (what: Asked) => void;
  readonly onSwitch: () => void;
};

/** What can be done with a connection, by those who may. */
function Actions({ connection, isAdmin, mayChange, isAsking, onAsk, onSwitch, onEdit, onDelete }: ActionsProps) {
  const { name, isEnabled } = connection;
  return (
    <div className="rule-actions">
      {mayChange && (
        <Button
          className="button button-small"
          aria-label={`Sync ${name} now`}
          isDisabled={isAsking}
          onPress={() => onAsk('sync')}
        >
          Sync now
        </Button>
      )}
      {isAdmin && (
        <>
          <Button
            className="button button-small"
            aria-label={`Check ${name}`}
            isDisabled={isAsking}
            onPress={() => onAsk('check')}
          >
            Check
          </Button>
          <Button className="button button-small" aria-label={`Edit ${name}`} onPress={onEdit}>
            Edit
          </Button>
          <MoreMenu name={name} enabled={isEnabled} onSwitch={onSwitch} onDelete={onDelete} />
        </>
      )}
    </div>
  );
}

/** Where a connection leads, and how far its sync is. */
function Text({ connection, now, askedAt }: Pick<ItemProps, 'connection' | 'now' | 'askedAt'>) {
  const { name, address, namespace, query, coordinator, sync } = connection;
  return (
    <>
      <div className="connection-head">
        <h4>
          <bdi>{name}</bdi>
        </h4>
        <StateBadge connection={connection} />
      </div>
      <p className="connection-where muted">
        <bdi>{address}</bdi> · <bdi>{namespace}</bdi>
        {coordinator === 'temporal' && ' · read by a workflow on the server'}
      </p>
      {query !== null && (
        <p className="connection-where muted">
          only <bdi>{query}</bdi>
        </p>
      )}
      <p>
        {syncLine(sync)}
        {sync.lastListedAt !== null && (
          <span className="muted">
            {' '}
            · listed <Moment at={sync.lastListedAt} now={now} />
          </span>
        )}
      </p>
      <Progress sync={sync} askedAt={askedAt} />
      {sync.error !== null && (
        <p className="banner banner-error connection-error">
          <Icon name="warning" />
          <Refusal error={sync.error} />
        </p>
      )}
    </>
  );
}

/** A connection with how far its sync is, and what can be done with it. */
export function ConnectionItem({ workspace, ...item }: ItemProps) {
  const { connection, now, askedAt } = item;
  const { ask, isAsking, isPending, answer } = useAsked({ workspace, connection });
  const save = useSaveConnection(workspace);
  return (
    <li className="connection" aria-label={connection.name}>
      <div className="connection-text">
        <Text connection={connection} now={now} askedAt={askedAt} />
        <output className="connection-answer" aria-busy={isPending}>
          {answer !== null && isPending && <Icon name="running" />}
          {answer}
          {save.error && <span className="connection-bad">It was not changed: {whyNot(save.error)}</span>}
        </output>
      </div>
      <Actions
        {...item}
        isAsking={isAsking}
        onAsk={ask}
        onSwitch={() => save.mutate({ id: connection.id, body: { enabled: !connection.isEnabled } })}
      />
    </li>
  );
}
