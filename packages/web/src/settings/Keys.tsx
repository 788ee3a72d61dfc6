import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Moment } from '../alerts/Moment.tsx';
import { Icon } from '../components/Icon.tsx';
import { useNow } from '../shell/useNow.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { FreshKeyDialog, KeyDialog } from './KeyDialog.tsx';
import { revokeSentences, stateOfKey, type KeyState } from './keyForm.ts';
import { useKeys, useRevokeKey } from './queries.ts';
import { Loaded, OnlyAdmins, Problem, Section } from './Section.tsx';
import type { SectionProps } from './section-props.ts';
import type { ApiKey } from './types.ts';

const NOW_MS = 15_000;

const STATE_WORDS: Readonly<Record<KeyState, string>> = {
  active: 'Active',
  soon: 'Ends soon',
  expired: 'Expired',
  revoked: 'Revoked',
};

interface KeyRowProps {
  readonly apiKey: ApiKey;
  readonly isOwn: boolean;
  readonly now: number;
  readonly onRevoke: () => void;
}

function KeyRow({ apiKey, isOwn, now, onRevoke }: KeyRowProps) {
  const { name, role, createdBy, createdAt, lastUsedAt, expiresAt, revokedAt } = apiKey;
  const state = stateOfKey(apiKey, now);
  return (
    <tr className={state === 'revoked' || state === 'expired' ? 'settings-past' : undefined}>
      <th scope="row">
        <bdi>{name}</bdi>
        {isOwn && <span className="tag">yours</span>}
      </th>
      <td>{role}</td>
      <td>
        {STATE_WORDS[state]}
        {revokedAt === null && expiresAt !== null && (
          <span className="muted">
            {' '}
            <Moment at={expiresAt} now={now} />
          </span>
        )}
      </td>
      <td>{lastUsedAt === null ? <span className="muted">never</span> : <Moment at={lastUsedAt} now={now} />}</td>
      <td className="settings-roomy">
        {createdAt !== null && <Moment at={createdAt} now={now} />}{' '}
        <span className="muted">
          by <bdi>{createdBy}</bdi>
        </span>
      </td>
      <td className="settings-act">
        {revokedAt === null && (
          <Button className="button button-small" aria-label={`Revoke ${name}`} onPress={onRevoke}>
            Revoke
          </Button>
        )}
      </td>
    </tr>
  );
}

interface KeyTableProps {
  readonly keys: readonly ApiKey[];
  readonly ownId: string | null;
  readonly now: number;
  readonly onRevoke: (key: ApiKey) => void;
}

function KeyTable({ keys, ownId, now, onRevoke }: KeyTableProps) {
  return (
    <div className="settings-scroll">
      <table className="settings-table">
        <caption className="visually-hidden">The API keys of this workspace, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col">State</th>
            <th scope="col">Last used</th>
            <th scope="col" className="settings-roomy">
              Made
            </th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <KeyRow key={key.id} apiKey={key} isOwn={key.id === ownId} now={now} onRevoke={() => onRevoke(key)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NoKeys({ isLocalMode }: { readonly isLocalMode: boolean }) {
  return (
    <div className="state">
      <h2>No API keys yet</h2>
      <p>
        {isLocalMode
          ? 'This server asks nobody who they are, since only this machine reaches it. With the first key that ends: everyone, this page too, then needs one.'
          : 'Programs that send traces or start workflows sign in with a key.'}
      </p>
    </div>
  );
}

/** The keys of an admin's workspace. */
function KeyList({ workspace, me }: SectionProps) {
  const keys = useKeys(workspace.id);
  const revoke = useRevokeKey(workspace.id);
  const [asked, setAsked] = useState<ApiKey | null>(null);
  const [isAdding, setAdding] = useState(false);
  const items = keys.data?.items ?? [];
  const ownId = me.kind === 'key' ? me.id : null;
  const now = useNow(NOW_MS);
  return (
    <>
      <div className="settings-actions">
        <Button className="button button-primary" onPress={() => setAdding(true)}>
          <Icon name="plus" />
          New key
        </Button>
      </div>
      <Problem error={revoke.error} what="It was not revoked" />
      <Loaded asked={keys} what="The list of keys">
        {({ items: all, total }) => (
          <section className="list" aria-label="API keys">
            {all.length === 0 && <NoKeys isLocalMode={me.isLocalMode} />}
            {all.length > 0 && <KeyTable keys={all} ownId={ownId} now={now} onRevoke={setAsked} />}
            {total > all.length && (
              <p className="list-empty muted">
                The newest {all.length} of {total}.
              </p>
            )}
          </section>
        )}
      </Loaded>
      <KeyDialog workspace={workspace.id} me={me} isOpen={isAdding} onClose={() => setAdding(false)} />
      <ConfirmDialog
        title={`Revoke ${asked?.name ?? ''}?`}
        isOpen={asked !== null}
        confirm="Revoke"
        onClose={() => setAsked(null)}
        onConfirm={() => {
          if (asked !== null) revoke.mutate(asked.id);
          setAsked(null);
        }}
      >
        {asked !== null && revokeSentences(asked, items, ownId, now).map((text) => <p key={text}>{text}</p>)}
      </ConfirmDialog>
    </>
  );
}

/** The API keys of a workspace: who makes them, when they are used, and how they end. */
export function Keys(props: SectionProps) {
  return (
    <Section
      title="API keys"
      about="A key lets a program into this workspace: an exporter of traces, a script, a pipeline, or a browser."
    >
      {props.role === 'admin' ? <KeyList {...props} /> : <OnlyAdmins what="see and make keys" />}
      <FreshKeyDialog />
    </Section>
  );
}
