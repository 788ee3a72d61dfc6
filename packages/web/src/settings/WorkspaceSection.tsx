import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useSearchParams } from 'react-router';
import { Field } from '../alerts/Field.tsx';
import { chooseWorkspace } from '../api/chosen-workspace.ts';
import type { Workspace } from '../api/types.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { useDeleteWorkspace, useRenameWorkspace } from './queries.ts';
import { OnlyAdmins, Problem, Section } from './Section.tsx';
import type { SectionProps } from './section-props.ts';

const SLUG = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

function NamesForm({ workspace }: { readonly workspace: Workspace }) {
  const [, setParams] = useSearchParams();
  const rename = useRenameWorkspace(workspace.id, ({ slug: renamed }) => {
    chooseWorkspace(renamed);
    // The address may name it by what it was called before.
    setParams(
      (all) => {
        all.delete('workspace');
        return all;
      },
      { replace: true },
    );
  });
  const [name, setName] = useState(workspace.name);
  const [slug, setSlug] = useState(workspace.slug);
  const nameProblem = name.trim() === '' ? 'Expected a name' : undefined;
  const slugProblem = SLUG.test(slug) ? undefined : 'Expected small letters, digits and hyphens';
  const isChanged = name.trim() !== workspace.name || slug !== workspace.slug;
  const isSaveable = isChanged && nameProblem === undefined && slugProblem === undefined && !rename.isPending;
  return (
    <form
      className="settings-form settings-narrow"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isSaveable) rename.mutate({ name: name.trim(), slug });
      }}
    >
      <Field label="Name" problem={nameProblem}>
        {(control) => (
          <input {...control} value={name} maxLength={200} onChange={({ target }) => setName(target.value)} />
        )}
      </Field>
      <Field
        label="Slug"
        help="What addresses, commands and exporters name it by: those that use the old one have to be changed"
        problem={slugProblem}
      >
        {(control) => (
          <input {...control} value={slug} maxLength={63} onChange={({ target }) => setSlug(target.value)} />
        )}
      </Field>
      <Problem error={rename.error} what="It was not saved" />
      <div className="settings-actions">
        <Button className="button button-primary" type="submit" isDisabled={!isSaveable}>
          {rename.isPending ? 'Saving' : 'Save'}
        </Button>
        <output className="muted">{rename.isSuccess && !isChanged ? 'Saved.' : ''}</output>
      </div>
    </form>
  );
}

function DeleteWorkspace({ workspace }: { readonly workspace: Workspace }) {
  const remove = useDeleteWorkspace(workspace.id);
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  return (
    <section className="settings-danger" aria-labelledby="delete-title">
      <h2 id="delete-title">Delete this workspace</h2>
      <p>
        Its workflows and executions, charts, statistics, alerts, members, keys and audit log are deleted with it.
        Nobody can bring them back.
      </p>
      <Problem error={remove.error} what="It was not deleted" />
      <Button className="button button-danger" isDisabled={remove.isPending} onPress={() => setAsking(true)}>
        {remove.isPending ? 'Deleting' : 'Delete the workspace'}
      </Button>
      <ConfirmDialog
        title={`Delete ${workspace.name}?`}
        isOpen={isAsking}
        confirm="Delete for good"
        isDisabled={typed !== workspace.slug}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          // Nothing that was loaded of it means anything any more.
          remove.mutate(typed, { onSuccess: () => location.assign('/') });
        }}
      >
        <Field label={`Type ${workspace.slug} to delete it with all that is in it`}>
          {(control) => (
            <input {...control} value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
          )}
        </Field>
      </ConfirmDialog>
    </section>
  );
}

/** What a workspace is called, and its end. */
export function WorkspaceSection({ workspace, role }: SectionProps) {
  return (
    <Section
      title="Workspace"
      about="A workspace holds workflows, what ran of them, and who may see it. Others see nothing of it."
    >
      {role === 'admin' ? (
        <>
          <NamesForm key={workspace.slug} workspace={workspace} />
          <DeleteWorkspace workspace={workspace} />
        </>
      ) : (
        <>
          <dl className="settings-facts">
            <div>
              <dt>Name</dt>
              <dd>
                <bdi>{workspace.name}</bdi>
              </dd>
            </div>
            <div>
              <dt>Slug</dt>
              <dd>{workspace.slug}</dd>
            </div>
          </dl>
          <OnlyAdmins what="rename or delete it" />
        </>
      )}
    </Section>
  );
}
