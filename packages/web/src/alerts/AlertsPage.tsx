import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useMayChange, useWorkflows, useWorkspace } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { useNow } from '../shell/useNow.ts';
import { useTitle } from '../shell/useTitle.ts';
import { ChannelDialog } from './ChannelDialog.tsx';
import { Channels } from './Channels.tsx';
import { DialogFrame } from './DialogFrame.tsx';
import { Events } from './Events.tsx';
import { Firing } from './Firing.tsx';
import { useAlertEvents, useAlerts, useChannelAction, useChannels, useRuleAction, useSaveRule } from './queries.ts';
import { RuleDialog } from './RuleDialog.tsx';
import { Rules } from './Rules.tsx';
import type { Alert } from './types.ts';

const NOW_MS = 15_000;

function NoRules({ mayChange, onAdd }: { readonly mayChange: boolean; readonly onAdd: () => void }) {
  return (
    <section className="list">
      <div className="state">
        <h2>No alert rules yet</h2>
        <p>
          A rule looks at every run of a workflow and tells when it takes too long, is slower than usual, fails too
          often, retries unexpectedly or is not done in time.
        </p>
        {mayChange && (
          <div className="state-actions">
            <Button className="button button-primary" onPress={onAdd}>
              Create a rule
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

function Skeleton() {
  return (
    <section className="list" aria-label="Rules" aria-busy="true">
      {[1, 2, 3].map((row) => (
        <span key={row} className="skeleton-row">
          <span className="skeleton" />
          <span className="skeleton skeleton-long" />
          <span className="skeleton" />
        </span>
      ))}
    </section>
  );
}

interface DeleteDialogProps {
  readonly alert: Alert | null;
  readonly onDelete: (id: string) => void;
  readonly onClose: () => void;
}

function DeleteDialog({ alert, onDelete, onClose }: DeleteDialogProps) {
  return (
    <DialogFrame title={`Delete ${alert?.name ?? ''}?`} isOpen={alert !== null} onClose={onClose}>
      <p>Its history goes with it, and what is not delivered yet.</p>
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" onPress={() => alert && onDelete(alert.id)}>
          Delete
        </Button>
      </div>
    </DialogFrame>
  );
}

/** What can be changed on the page, and what went wrong with it last. */
function useChanges(workspace: string | undefined) {
  const save = useSaveRule(workspace);
  const act = useRuleAction(workspace);
  const channel = useChannelAction(workspace);
  return {
    onAct: act.mutate,
    onSwitch: ({ id, enabled }: Alert) => save.mutate({ id, body: { enabled: !enabled } }),
    onChannel: channel.mutate,
    error: act.error ?? save.error ?? channel.error,
  };
}

interface ListsProps {
  readonly workspace: string | undefined;
  readonly alerts: readonly Alert[];
  readonly now: number;
  readonly mayChange: boolean;
  readonly changes: ReturnType<typeof useChanges>;
  readonly onEdit: (alert: Alert | 'new') => void;
  readonly onDelete: (alert: Alert) => void;
}

/** What fires, the rules and what happened, once the rules are known. */
function Lists({ workspace, alerts, now, mayChange, changes, onEdit, onDelete }: ListsProps) {
  const events = useAlertEvents(workspace);
  const happened = events.data?.pages.flatMap(({ items }) => items) ?? [];
  if (alerts.length === 0) return <NoRules mayChange={mayChange} onAdd={() => onEdit('new')} />;
  const shared = { now, mayChange, onAct: changes.onAct };
  return (
    <>
      <Firing alerts={alerts.filter(({ isFiring }) => isFiring)} events={happened} {...shared} />
      <Rules alerts={alerts} onEdit={onEdit} onDelete={onDelete} onSwitch={changes.onSwitch} {...shared} />
      {events.data && (
        <Events
          events={happened}
          total={events.data.pages.at(-1)?.total ?? 0}
          now={now}
          hasMore={events.hasNextPage}
          onMore={() => void events.fetchNextPage()}
        />
      )}
    </>
  );
}

/** What fires, the rules, what happened, and whom it is told to. */
export function AlertsPage() {
  useTitle('Alerts');
  const { data: workspace, error: noWorkspace } = useWorkspace();
  const mayChange = useMayChange();
  const now = useNow(NOW_MS);
  const alerts = useAlerts(workspace?.id);
  const channels = useChannels(workspace?.id);
  const workflows = useWorkflows(workspace?.id);
  const changes = useChanges(workspace?.id);
  const [edited, setEdited] = useState<Alert | 'new' | null>(null);
  const [deleted, setDeleted] = useState<Alert | null>(null);
  const [isAdding, setAdding] = useState(false);
  const error = noWorkspace ?? alerts.error;
  const retry = () => void alerts.refetch();
  const remove = (id: string) => {
    changes.onAct({ id, action: 'delete' });
    setDeleted(null);
  };
  return (
    <div className="page page-list">
      <div className="page-head">
        <h1>Alerts</h1>
        {mayChange && (alerts.data?.items.length ?? 0) > 0 && (
          <Button className="button button-primary" onPress={() => setEdited('new')}>
            <Icon name="plus" />
            New rule
          </Button>
        )}
      </div>
      {error && alerts.data && <LostConnection loadedAt={alerts.dataUpdatedAt} onRetry={retry} />}
      {changes.error && (
        <p className="inline-error" role="alert">
          It could not be done: {changes.error.message}
        </p>
      )}
      <div className="columns">
        <div className="stack">
          {error && !alerts.data && <ErrorState error={error} what="The list of alerts" onRetry={retry} />}
          {!error && !alerts.data && <Skeleton />}
          {alerts.data && (
            <Lists
              workspace={workspace?.id}
              alerts={alerts.data.items}
              {...{ now, mayChange, changes, onEdit: setEdited, onDelete: setDeleted }}
            />
          )}
        </div>
        {channels.data && (
          <Channels
            channels={channels.data.items}
            {...{ now, mayChange, onAdd: () => setAdding(true), onAct: changes.onChannel }}
          />
        )}
      </div>
      <RuleDialog
        workspace={workspace?.id}
        edited={edited}
        workflows={workflows.data?.items ?? []}
        channels={channels.data?.items ?? []}
        onClose={() => setEdited(null)}
      />
      <DeleteDialog alert={deleted} onDelete={remove} onClose={() => setDeleted(null)} />
      <ChannelDialog workspace={workspace?.id} isOpen={isAdding} onClose={() => setAdding(false)} />
    </div>
  );
}
