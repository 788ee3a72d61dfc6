import { useState } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { ErrorState } from '../components/Notice.tsx';
import { StatusBadge } from '../components/StatusBadge.tsx';
import type { ListedExecution } from '../executions/listed.ts';
import { workflowLabel } from '../executions/rows.ts';
import { SearchBox } from '../executions/SearchBox.tsx';
import { formatSeconds } from '../format/duration.ts';
import { formatRelative } from '../format/time.ts';
import { useNow } from '../shell/useNow.ts';
import { useBaselines, useOffered } from './queries.ts';

interface PickDialogProps {
  readonly workspace: string | undefined;
  readonly title: string;
  /** Whose executions are offered first; null for those of all. */
  readonly workflow: string | null;
  /** Whether the one before and the baselines can be chosen. */
  readonly offersBefore: boolean;
  /** The execution that it would be compared with, which is not offered. */
  readonly except: string | null;
  readonly isOpen: boolean;
  readonly onPick: (id: string) => void;
  readonly onClose: () => void;
}

function Offer({
  execution,
  now,
  onPick,
}: {
  readonly execution: ListedExecution;
  readonly now: number;
  readonly onPick: () => void;
}) {
  return (
    <li>
      <button type="button" className="offer" onClick={onPick}>
        <span className="offer-name">
          <bdi>{workflowLabel(execution)}</bdi>
          {execution.number !== null && <span className="number"> #{execution.number}</span>}
        </span>
        <StatusBadge status={execution.status} />
        <span className="muted">
          {formatSeconds(execution.durationSeconds)}
          {execution.startedAt !== null && `, ${formatRelative(execution.startedAt, now)}`}
        </span>
      </button>
    </li>
  );
}

function Offers(props: PickDialogProps) {
  const { workspace, workflow, offersBefore, except, onPick } = props;
  const [search, setSearch] = useState('');
  const [isAll, setAll] = useState(workflow === null);
  const { data, error, refetch } = useOffered(workspace, isAll ? null : workflow, search);
  const baselines = useBaselines(workspace, offersBefore ? workflow : null);
  const now = useNow(15_000);
  const offered = data?.filter(({ id }) => id !== except) ?? [];
  return (
    <div className="offers">
      {offersBefore && (
        <div className="offers-known">
          <Button className="button" onPress={() => onPick('previous')}>
            The one before it
          </Button>
          {baselines.data?.map(({ id, name, execution, number }) => (
            <Button key={id} className="button" onPress={() => onPick(execution)}>
              Baseline <bdi>{name}</bdi>
              {number !== null && <span className="muted">its middle run, #{number}</span>}
            </Button>
          ))}
        </div>
      )}
      <SearchBox value={search} onChange={setSearch} />
      {workflow !== null && (
        <label className="check">
          <input type="checkbox" checked={isAll} onChange={(event) => setAll(event.target.checked)} />
          Of all workflows
        </label>
      )}
      {error && !data && <ErrorState error={error} what="The list of executions" onRetry={() => void refetch()} />}
      {data && offered.length === 0 && <p className="muted">No other execution is called so.</p>}
      <ul className="offer-list">
        {offered.map((execution) => (
          <Offer key={execution.id} execution={execution} now={now} onPick={() => onPick(execution.id)} />
        ))}
      </ul>
    </div>
  );
}

/** Chooses an execution to compare with. */
export function PickDialog(props: PickDialogProps) {
  return (
    <DialogFrame title={props.title} isOpen={props.isOpen} onClose={props.onClose}>
      <Offers {...props} />
    </DialogFrame>
  );
}
