import '../styles/temporal.css';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'react-router';
import { Icon } from '../components/Icon.tsx';
import { ConfirmDialog } from '../settings/ConfirmDialog.tsx';
import { Loaded, Problem } from '../settings/Section.tsx';
import type { SectionProps } from '../settings/section-props.ts';
import { Snippet } from '../settings/Snippet.tsx';
import { useNow } from '../shell/useNow.ts';
import { ConnectionDialog } from './ConnectionDialog.tsx';
import { ConnectionItem } from './ConnectionItem.tsx';
import { useDeleteConnection, useTemporalConnections } from './queries.ts';
import { attemptsSnippet, historySnippet, pluginSnippet } from './snippets.ts';
import { countWords } from './syncWords.ts';
import type { TemporalConnection } from './types.ts';

const NOW_MS = 1000;

interface DeleteProps {
  readonly workspace: string;
  /** Null where none is to be removed. */
  readonly connection: TemporalConnection | null;
  readonly onClose: () => void;
}

/** Asks once more before a connection is removed, and whether its executions go, too. */
function DeleteDialog({ workspace, connection, onClose }: DeleteProps) {
  const remove = useDeleteConnection(workspace);
  const [withExecutions, setWith] = useState(false);
  const runs = connection?.sync.runs ?? 0;
  const close = () => {
    setWith(false);
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Remove the connection ${connection?.name ?? ''}?`}
      isOpen={connection !== null}
      confirm={remove.isPending ? 'Removing' : 'Remove'}
      isDisabled={remove.isPending}
      onClose={close}
      onConfirm={() => {
        if (connection !== null) remove.mutate({ id: connection.id, withExecutions }, { onSuccess: close });
      }}
    >
      <p>
        Nothing more is read from this server, and the events that were kept of it are removed. On the Temporal server
        itself nothing changes.
      </p>
      {runs > 0 && (
        <label className="settings-choice">
          <input type="checkbox" checked={withExecutions} onChange={({ target }) => setWith(target.checked)} />
          <span>
            Delete {countWords(runs, 'execution that was', 'executions that were')} read by it, with{' '}
            {runs === 1 ? 'its' : 'their'} charts
          </span>
        </label>
      )}
      <Problem error={remove.error} what="It was not removed" />
    </ConfirmDialog>
  );
}

function NoConnection({ isAdmin }: { readonly isAdmin: boolean }) {
  return (
    <p className="list-empty muted">
      No Temporal server is connected. {isAdmin ? 'Connect one' : 'Once an admin connects one'}, and what runs in its
      namespace appears among the executions by itself, with every attempt, wait and child workflow. Nothing changes on
      that server: it is only read.
    </p>
  );
}

function ConnectionList({ workspace, role }: SectionProps) {
  const connections = useTemporalConnections(workspace.id);
  // Null while neither is asked for; `new` for a connection that is to be made.
  const [edited, setEdited] = useState<TemporalConnection | 'new' | null>(null);
  const [unwanted, setUnwanted] = useState<TemporalConnection | null>(null);
  const now = useNow(NOW_MS);
  const isAdmin = role === 'admin';
  const close = () => setEdited(null);
  return (
    <>
      <Loaded asked={connections} what="The list of connections">
        {(items) => (
          <section className="list connections" aria-label="Temporal connections">
            {items.length === 0 && <NoConnection isAdmin={isAdmin} />}
            <ul>
              {items.map((connection) => (
                <ConnectionItem
                  key={connection.id}
                  workspace={workspace.id}
                  connection={connection}
                  isAdmin={isAdmin}
                  mayChange={role !== 'viewer'}
                  now={now}
                  askedAt={connections.dataUpdatedAt}
                  onEdit={() => setEdited(connection)}
                  onDelete={() => setUnwanted(connection)}
                />
              ))}
            </ul>
          </section>
        )}
      </Loaded>
      <div className="settings-actions">
        {isAdmin && (
          <Button className="button button-primary" onPress={() => setEdited('new')}>
            <Icon name="plus" />
            Connect a server
          </Button>
        )}
        {(connections.data?.length ?? 0) > 0 && <Link to="/executions?trigger=temporal">Executions of Temporal</Link>}
      </div>
      <ConnectionDialog
        workspace={workspace.id}
        connection={edited === 'new' ? null : edited}
        isOpen={edited !== null}
        onClose={close}
        onSaved={close}
      />
      <DeleteDialog workspace={workspace.id} connection={unwanted} onClose={() => setUnwanted(null)} />
    </>
  );
}

/** Temporal servers whose executions are read, and what can be told from their workers besides. */
export function TemporalSection(props: SectionProps) {
  const { workspace, me, role } = props;
  const target = { origin: location.origin, workspace: workspace.slug, needsKey: !me.isLocalMode };
  return (
    <section className="settings-group" aria-labelledby="temporal-title">
      <h2 id="temporal-title">Temporal</h2>
      <ConnectionList {...props} />
      <details className="connection-more">
        <summary>See every attempt to the millisecond</summary>
        <p>
          Temporal’s history keeps only the last attempt of an activity. With these lines in a worker it reports each of
          them to flowprof, with its waits, backoffs and heartbeats:
        </p>
        <Snippet label="Plugin of a Temporal worker" text={pluginSnippet()} />
        <p>Where the worker runs:</p>
        <Snippet label="Environment of a Temporal worker" text={attemptsSnippet(target)} />
      </details>
      <details className="connection-more">
        <summary>Without a connection: histories as files</summary>
        <p>
          Export a history with Temporal’s own command, and{' '}
          {role === 'viewer' ? 'have it imported' : <Link to="/import">import it</Link>} here or on the command line.
        </p>
        <Snippet label="Import a history of Temporal" text={historySnippet()} />
      </details>
    </section>
  );
}
