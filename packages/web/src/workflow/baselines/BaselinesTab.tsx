import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'react-router';
import { DialogFrame } from '../../alerts/DialogFrame.tsx';
import { TableScroll } from '../../charts/TableScroll.tsx';
import { Icon } from '../../components/Icon.tsx';
import { ErrorState, LostConnection } from '../../components/Notice.tsx';
import { formatExact } from '../../format/time.ts';
import { formatMs } from '../history/words.ts';
import type { WorkflowTabProps } from '../types.ts';
import { BaselineDialog } from './BaselineDialog.tsx';
import { useBaselineBands, useBaselines, useChangeBaseline, type Baseline, type BaselineChange } from './queries.ts';
import { RenameDialog } from './RenameDialog.tsx';
import { sourceWords } from './words.ts';

/** Of how many the median is shown. */
const MOST_MEDIANS = 20;

function NoBaselines({ mayChange, onAdd }: { readonly mayChange: boolean; readonly onAdd: () => void }) {
  return (
    <section className="list">
      <div className="state">
        <h2>No baselines yet</h2>
        <p>
          A baseline keeps what runs came to, so that later ones are held against them: before a release, before a move,
          or of a version that was good. It stays when those runs are deleted.
        </p>
        {mayChange && (
          <div className="state-actions">
            <Button className="button button-primary" onPress={onAdd}>
              Create a baseline
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

interface RowProps {
  readonly baseline: Baseline;
  readonly median: number | null;
  readonly mayChange: boolean;
  readonly onRename: () => void;
  readonly onDefault: () => void;
  readonly onDelete: () => void;
}

function Row({ baseline, median, mayChange, onRename, onDefault, onDelete }: RowProps) {
  const { id, name, isDefault, madeOf, runs, createdAt, createdBy } = baseline;
  return (
    <tr>
      <th scope="row">
        <bdi>{name}</bdi> {isDefault && <span className="tag">default</span>}
      </th>
      <td>
        {sourceWords(madeOf)}
        {madeOf.kind === 'execution' && (
          <>
            {' '}
            <Link to={`/executions/${encodeURIComponent(madeOf.execution_id)}`}>Open</Link>
          </>
        )}
      </td>
      <td className="cell-number">{runs}</td>
      <td className="cell-number">{formatMs(median)}</td>
      <td className="muted">
        {createdAt !== null && formatExact(createdAt)}
        {createdBy !== null && (
          <>
            {' '}
            by <bdi>{createdBy}</bdi>
          </>
        )}
      </td>
      <td className="cell-actions">
        <Link
          className="button button-small"
          aria-label={`Compare the newest runs with ${name}`}
          to={`?tab=history&against=${encodeURIComponent(`baseline:${id}`)}`}
        >
          Compare
        </Link>
        {mayChange && (
          <>
            <Button className="button button-small" aria-label={`Rename ${name}`} onPress={onRename}>
              Rename
            </Button>
            <Button
              className="button button-small"
              aria-label={isDefault ? `Do not compare with ${name} by default` : `Compare with ${name} by default`}
              onPress={onDefault}
            >
              {isDefault ? 'Not default' : 'Make default'}
            </Button>
            <Button className="button button-small" aria-label={`Delete ${name}`} onPress={onDelete}>
              Delete
            </Button>
          </>
        )}
      </td>
    </tr>
  );
}

interface TableProps extends Pick<WorkflowTabProps, 'workspace' | 'mayChange'> {
  readonly baselines: readonly Baseline[];
  readonly change: (change: BaselineChange) => void;
}

/** The baselines, oldest first, with what can be done with each. */
function BaselineTable({ workspace, baselines, mayChange, change }: TableProps) {
  const [renamed, setRenamed] = useState<Baseline | null>(null);
  const [deleted, setDeleted] = useState<Baseline | null>(null);
  const bands = useBaselineBands(
    workspace,
    baselines.slice(0, MOST_MEDIANS).map(({ id }) => id),
  );
  return (
    <>
      <TableScroll label="Baselines, table">
        <table className="fact-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Made of</th>
              <th scope="col" className="cell-number">
                Runs
              </th>
              <th scope="col" className="cell-number">
                Median
              </th>
              <th scope="col">Made</th>
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {baselines.map((baseline) => (
              <Row
                key={baseline.id}
                baseline={baseline}
                median={bands.get(baseline.id)?.p50 ?? null}
                mayChange={mayChange}
                onRename={() => setRenamed(baseline)}
                onDefault={() => change({ kind: 'default', id: baseline.id, isDefault: !baseline.isDefault })}
                onDelete={() => setDeleted(baseline)}
              />
            ))}
          </tbody>
        </table>
      </TableScroll>
      <RenameDialog
        title="Rename the baseline"
        name={renamed?.name ?? null}
        onRename={(name) => {
          if (renamed) change({ kind: 'rename', id: renamed.id, name });
          setRenamed(null);
        }}
        onClose={() => setRenamed(null)}
      />
      <DialogFrame title={`Delete ${deleted?.name ?? ''}?`} isOpen={deleted !== null} onClose={() => setDeleted(null)}>
        <p>What its runs came to is kept nowhere else where they were deleted.</p>
        <div className="dialog-actions">
          <Button className="button" onPress={() => setDeleted(null)}>
            Cancel
          </Button>
          <Button
            className="button button-primary"
            onPress={() => {
              if (deleted) change({ kind: 'delete', id: deleted.id });
              setDeleted(null);
            }}
          >
            Delete
          </Button>
        </div>
      </DialogFrame>
    </>
  );
}

/** The baselines of a workflow: making, renaming and deleting them, and which counts where none is named. */
export function BaselinesTab({ workspace, workflow, mayChange }: WorkflowTabProps) {
  const baselines = useBaselines(workspace, workflow.id);
  const change = useChangeBaseline(workspace, workflow.id);
  const [isAdding, setAdding] = useState(false);
  const { data, error } = baselines;
  const retry = () => void baselines.refetch();
  if (!data && error) return <ErrorState error={error} what="The list of baselines" onRetry={retry} />;
  if (!data) return <output className="skeleton skeleton-chart" aria-label="Loading the baselines" />;
  const add = () => {
    change.reset();
    setAdding(true);
  };
  return (
    <div className="stack">
      {error && <LostConnection loadedAt={baselines.dataUpdatedAt} onRetry={retry} />}
      {change.error && !isAdding && (
        <p className="inline-error" role="alert">
          It could not be done: {change.error.message}
        </p>
      )}
      {data.length === 0 && <NoBaselines mayChange={mayChange} onAdd={add} />}
      {data.length > 0 && (
        <section className="list card" aria-labelledby="baselines-title">
          <div className="card-head">
            <h2 id="baselines-title">Baselines</h2>
            {mayChange && (
              <Button className="button button-primary button-small" onPress={add}>
                <Icon name="plus" />
                New baseline
              </Button>
            )}
          </div>
          <BaselineTable workspace={workspace} baselines={data} mayChange={mayChange} change={change.mutate} />
        </section>
      )}
      <BaselineDialog
        isOpen={isAdding}
        newest={workflow.version}
        workspace={workspace}
        workflowId={workflow.id}
        isPending={change.isPending}
        error={change.error}
        onMake={(wanted) => change.mutate({ kind: 'create', ...wanted }, { onSuccess: () => setAdding(false) })}
        onClose={() => setAdding(false)}
      />
    </div>
  );
}
