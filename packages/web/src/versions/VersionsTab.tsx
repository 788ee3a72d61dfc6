import '../styles/versions.css';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { ErrorState } from '../components/Notice.tsx';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatExact, formatRelative } from '../format/time.ts';
import { useNow } from '../shell/useNow.ts';
import type { WorkflowTabProps } from '../workflow/types.ts';
import { Comparison } from './Comparison.tsx';
import { useRestore, useRunVersion, useVersionRuns, useVersions, type Version } from './queries.ts';

function Runs({
  workspace,
  workflowId,
  version,
}: {
  readonly workspace: string;
  readonly workflowId: string;
  readonly version: number;
}) {
  const { data, error } = useVersionRuns(workspace, workflowId, version);
  if (error) return <p className="muted">Its executions are not known: {error.message}</p>;
  if (!data) return null;
  if (data.items.length === 0) return <p className="muted">No execution used it.</p>;
  return (
    <ul className="version-runs" aria-label={`Executions of version ${version}`}>
      {data.items.map(({ id, number, status }) => (
        <li key={id}>
          <Link to={`/executions/${encodeURIComponent(id)}`}>#{number ?? '?'}</Link> <StatusBadge status={status} />
        </li>
      ))}
      {data.total > data.items.length && <li className="muted">and {data.total - data.items.length} more</li>}
    </ul>
  );
}

interface ItemProps extends WorkflowTabProps {
  readonly version: Version;
  readonly now: number;
  readonly onRestore: (version: number) => void;
  readonly onRun: (version: number) => void;
}

function Item({ workspace, workflow, mayChange, version, now, onRestore, onRun }: ItemProps) {
  const { version: number, createdAt, createdBy, message } = version;
  const isNewest = number === workflow.version;
  const mayRun = mayChange && workflow.canRun && workflow.isEnabled;
  return (
    <li className="version">
      <div className="version-text">
        <h3>
          Version {number} {isNewest && <span className="muted">the newest</span>}
        </h3>
        <p className="muted">
          {createdAt !== null && <time title={formatExact(createdAt)}>{formatRelative(createdAt, now)}</time>}
          {createdBy !== null && (
            <>
              {' by '}
              <bdi>{createdBy}</bdi>
            </>
          )}
        </p>
        {message !== null && (
          <p>
            <bdi>{message}</bdi>
          </p>
        )}
        <Runs workspace={workspace} workflowId={workflow.id} version={number} />
      </div>
      <div className="version-actions">
        {mayRun && workflow.inputs.every(({ required, fallback }) => !required || fallback !== undefined) && (
          <Button className="button button-small" aria-label={`Run version ${number}`} onPress={() => onRun(number)}>
            Run
          </Button>
        )}
        {mayChange && !isNewest && (
          <Button
            className="button button-small"
            aria-label={`Restore version ${number}`}
            onPress={() => onRestore(number)}
          >
            Restore
          </Button>
        )}
      </div>
    </li>
  );
}

interface PairProps {
  readonly versions: readonly Version[];
  readonly from: number;
  readonly to: number;
  readonly onChange: (from: number, to: number) => void;
}

function Pair({ versions, from, to, onChange }: PairProps) {
  const options = versions.map(({ version }) => (
    <option key={version} value={version}>
      version {version}
    </option>
  ));
  return (
    <div className="version-pair">
      <label>
        <span>From</span>
        <select className="select" value={from} onChange={({ target }) => onChange(Number(target.value), to)}>
          {options}
        </select>
      </label>
      <label>
        <span>to</span>
        <select className="select" value={to} onChange={({ target }) => onChange(from, Number(target.value))}>
          {options}
        </select>
      </label>
    </div>
  );
}

function numberIn(params: URLSearchParams, name: string, versions: readonly Version[], otherwise: number): number {
  const value = Number(params.get(name));
  return versions.some(({ version }) => version === value) ? value : otherwise;
}

/** The versions of a workflow: who made which and why, what differs between two, and going back to one. */
export function VersionsTab(props: WorkflowTabProps) {
  const { workspace, workflow } = props;
  const [params, setParams] = useSearchParams();
  const list = useVersions(workspace, workflow.id);
  const restore = useRestore(workspace, workflow.id);
  const run = useRunVersion(workspace, workflow.id);
  const navigate = useNavigate();
  const now = useNow(30_000);
  const [asked, setAsked] = useState<number | null>(null);
  if (list.error && !list.data) {
    return <ErrorState error={list.error} what="The list of versions" onRetry={() => void list.refetch()} />;
  }
  if (!list.data) return <span className="skeleton skeleton-chart" aria-busy="true" />;
  const { items, total } = list.data;
  const newest = items[0]?.version ?? 1;
  const to = numberIn(params, 'to', items, newest);
  const from = numberIn(params, 'from', items, items[1]?.version ?? newest);
  const error = restore.error ?? run.error;
  const start = (version: number): void =>
    run.mutate(version, { onSuccess: (id) => void navigate(`/executions/${encodeURIComponent(id)}`) });
  return (
    <div className="versions">
      <section className="list" aria-label="Versions">
        {error && (
          <p className="inline-error" role="alert">
            {error.message}
          </p>
        )}
        <ul>
          {items.map((version) => (
            <Item key={version.version} {...props} version={version} now={now} onRestore={setAsked} onRun={start} />
          ))}
        </ul>
        {total > items.length && <p className="list-empty muted">And {total - items.length} older ones.</p>}
      </section>
      <section className="version-diff" aria-label="What differs">
        <Pair
          versions={items}
          from={from}
          to={to}
          onChange={(a, b) => setParams({ tab: 'versions', from: String(a), to: String(b) }, { replace: true })}
        />
        <Comparison workspace={workspace} workflowId={workflow.id} from={from} to={to} />
      </section>
      <DialogFrame title={`Restore version ${asked ?? ''}?`} isOpen={asked !== null} onClose={() => setAsked(null)}>
        <p>Its file becomes the newest again, as a new version. Nothing is lost.</p>
        <div className="dialog-actions">
          <Button className="button" onPress={() => setAsked(null)}>
            Cancel
          </Button>
          <Button
            className="button button-primary"
            onPress={() => {
              if (asked !== null) restore.mutate(asked);
              setAsked(null);
            }}
          >
            Restore
          </Button>
        </div>
      </DialogFrame>
    </div>
  );
}
