import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { Field } from '../alerts/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { useChangeMember, useMembers } from './queries.ts';
import { Loaded, Problem, Section } from './Section.tsx';
import type { SectionProps } from './section-props.ts';
import { ROLE_WORDS, ROLES, type Member, type Role } from './types.ts';

/** What a member is called: their name, else their address, else what the provider knows them by. */
function nameOf({ name, email, subject }: Member): string {
  return name ?? email ?? subject;
}

interface RoleSelectProps {
  readonly label: string;
  readonly role: Role;
  readonly onChange: (role: Role) => void;
}

function RoleSelect({ label, role, onChange }: RoleSelectProps) {
  return (
    <select
      className="select"
      aria-label={label}
      value={role}
      onChange={({ target }) => onChange(ROLES.find((name) => name === target.value) ?? role)}
    >
      {ROLES.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface MemberTableProps {
  readonly members: readonly Member[];
  readonly ownId: string | null;
  readonly isAdmin: boolean;
  readonly onRole: (id: string, role: Role) => void;
  readonly onRemove: (member: Member) => void;
}

function MemberTable({ members, ownId, isAdmin, onRole, onRemove }: MemberTableProps) {
  return (
    <div className="settings-scroll">
      <table className="settings-table">
        <caption className="visually-hidden">The members of this workspace</caption>
        <thead>
          <tr>
            <th scope="col">Member</th>
            <th scope="col" className="settings-roomy">
              Known to the provider as
            </th>
            <th scope="col">Role</th>
            {isAdmin && (
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.id}>
              <th scope="row">
                <bdi>{nameOf(member)}</bdi>
                {member.id === ownId && <span className="tag">you</span>}
              </th>
              <td className="settings-roomy muted">
                <bdi>{member.subject}</bdi>
              </td>
              <td>
                {isAdmin ? (
                  <RoleSelect
                    label={`Role of ${nameOf(member)}`}
                    role={member.role}
                    onChange={(role) => onRole(member.id, role)}
                  />
                ) : (
                  member.role
                )}
              </td>
              {isAdmin && (
                <td className="settings-act">
                  <Button
                    className="button button-small"
                    aria-label={`Remove ${nameOf(member)}`}
                    onPress={() => onRemove(member)}
                  >
                    Remove
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function valueIn(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

function AddForm({ workspace, onClose }: { readonly workspace: string; readonly onClose: () => void }) {
  const add = useChangeMember(workspace);
  const [role, setRole] = useState<Role>('viewer');
  const [problem, setProblem] = useState<string | undefined>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [subject = '', issuer = '', name = '', email = ''] = ['subject', 'issuer', 'name', 'email'].map((field) =>
      valueIn(data, field),
    );
    setProblem(subject === '' ? 'Expected what their tokens say as sub' : undefined);
    if (subject !== '') add.mutate({ change: 'add', subject, issuer, name, email, role }, { onSuccess: onClose });
  };
  return (
    <form className="run-form" onSubmit={submit} noValidate>
      <Field label="Subject" help="Who they are to the identity provider: the sub of their tokens" problem={problem}>
        {(control) => (
          // The dialog was opened to fill in its first field.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          <input {...control} name="subject" type="text" autoComplete="off" autoFocus />
        )}
      </Field>
      <Field label="Issuer" help="The provider’s address; empty for the one that the server is set up with">
        {(control) => <input {...control} name="issuer" type="url" placeholder="https://" autoComplete="off" />}
      </Field>
      <div className="field-pair">
        <Field label="Name">{(control) => <input {...control} name="name" type="text" autoComplete="off" />}</Field>
        <Field label="Mail address">
          {(control) => <input {...control} name="email" type="email" autoComplete="off" />}
        </Field>
      </div>
      <Field label="Role" help={`${role} ${ROLE_WORDS[role]}`}>
        {(control) => (
          <select
            {...control}
            value={role}
            onChange={({ target }) => setRole(ROLES.find((name) => name === target.value) ?? role)}
          >
            {ROLES.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Problem error={add.error} what="They were not added" />
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={add.isPending}>
          {add.isPending ? 'Adding' : 'Add'}
        </Button>
      </div>
    </form>
  );
}

function NoMembers() {
  return (
    <div className="state">
      <h2>No members</h2>
      <p>
        People sign in through an identity provider that the server is set up with. Here, so far, only this machine or
        API keys get in.
      </p>
    </div>
  );
}

/** Who has which role in a workspace, of the people whom an identity provider vouches for. */
export function Members({ workspace, me, role }: SectionProps) {
  const members = useMembers(workspace.id);
  const change = useChangeMember(workspace.id);
  const [removed, setRemoved] = useState<Member | null>(null);
  const [isAdding, setAdding] = useState(false);
  const isAdmin = role === 'admin';
  const ownId = me.kind === 'user' ? me.id : null;
  return (
    <Section
      title="Members"
      about="People who sign in through the identity provider, and what each of them may do here."
      actions={
        isAdmin && (
          <Button className="button button-primary" onPress={() => setAdding(true)}>
            <Icon name="plus" />
            Add a member
          </Button>
        )
      }
    >
      <p>
        Your own role here is <strong>{role}</strong>: it {ROLE_WORDS[role]}.
        {!isAdmin && ' Only admins add members and change roles.'}
      </p>
      <Problem error={change.error} what="It was not changed" />
      <Loaded asked={members} what="The list of members">
        {({ items, total }) => (
          <section className="list" aria-label="Members">
            {items.length === 0 ? (
              <NoMembers />
            ) : (
              <MemberTable
                members={items}
                ownId={ownId}
                isAdmin={isAdmin}
                onRole={(id, wanted) => change.mutate({ change: 'role', id, role: wanted })}
                onRemove={setRemoved}
              />
            )}
            {total > items.length && (
              <p className="list-empty muted">
                The first {items.length} of {total}.
              </p>
            )}
          </section>
        )}
      </Loaded>
      <DialogFrame title="Add a member" isOpen={isAdding} onClose={() => setAdding(false)}>
        {isAdding && <AddForm workspace={workspace.id} onClose={() => setAdding(false)} />}
      </DialogFrame>
      <ConfirmDialog
        title={`Remove ${removed === null ? '' : nameOf(removed)}?`}
        isOpen={removed !== null}
        confirm="Remove"
        onClose={() => setRemoved(null)}
        onConfirm={() => {
          if (removed !== null) change.mutate({ change: 'remove', id: removed.id });
          setRemoved(null);
        }}
      >
        <p>
          {removed?.id === ownId
            ? 'This is you: you see nothing of this workspace any more.'
            : 'They see nothing of this workspace any more, within seconds.'}
        </p>
      </ConfirmDialog>
    </Section>
  );
}
