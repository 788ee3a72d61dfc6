import '../styles/projects.css';
import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'react-router';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { Field } from '../alerts/Field.tsx';
import { useMayChange, useWorkspace } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { TableSkeleton } from '../executions/ExecutionTable.tsx';
import { formatSeconds } from '../format/duration.ts';
import { useTitle } from '../shell/useTitle.ts';
import { formatRate } from '../statistics/format.ts';
import { useChangeProject, useProjects, useProjectStatistics, type Project } from './queries.ts';
import { slugOf } from './slug.ts';

function Row({ workspace, project }: { readonly workspace: string | undefined; readonly project: Project }) {
  const { data } = useProjectStatistics(workspace, project.id);
  return (
    <tr>
      <th scope="row" aria-label={project.name}>
        <Link to={`/projects/${encodeURIComponent(project.id)}`}>
          <bdi>{project.name}</bdi>
        </Link>
      </th>
      <td className="cell-number">{data?.workflows.toLocaleString('en') ?? '…'}</td>
      <td className="cell-number">{data?.metrics.total.toLocaleString('en') ?? '…'}</td>
      <td className="cell-number">{data ? formatRate(data.metrics.successRate) : '…'}</td>
      <td className="cell-number">{data ? formatSeconds(data.metrics.average) : '…'}</td>
      <td className="cell-number">{data?.metrics.failed.toLocaleString('en') ?? '…'}</td>
    </tr>
  );
}

interface NewProjectProps {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onMake: (project: { readonly name: string; readonly slug: string }) => void;
  readonly onClose: () => void;
}

function NewProject({ isPending, error, onMake, onClose }: NewProjectProps) {
  const [name, setName] = useState('');
  const [slug, setSlug] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const shown = slug ?? slugOf(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== '' && shown !== '') onMake({ name: name.trim(), slug: shown });
  };
  return (
    <form className="run-form" onSubmit={submit} noValidate>
      <Field label="Name" problem={isTried && name.trim() === '' ? 'Expected a name' : undefined}>
        {(control) => (
          <input
            {...control}
            type="text"
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="off"
            // The dialog was opened to fill in its first field.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        )}
      </Field>
      <Field
        label="Slug"
        help="What it is called in addresses and scripts"
        problem={isTried && shown === '' ? 'Expected small letters and digits' : undefined}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            value={shown}
            onChange={(event) => setSlug(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        )}
      </Field>
      {error && (
        <p className="field-problem" role="alert">
          It could not be made: {error.message}
        </p>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={isPending}>
          {isPending ? 'Making' : 'Create'}
        </Button>
      </div>
    </form>
  );
}

const TITLES = ['Workflows', 'Executions', 'Success', 'Average', 'Errors'] as const;

/** The projects of the workspace, with how their executions went. */
export function ProjectsPage() {
  useTitle('Projects');
  const workspace = useWorkspace();
  const mayChange = useMayChange();
  const list = useProjects(workspace.data?.id);
  const change = useChangeProject(workspace.data?.id);
  const [isAdding, setAdding] = useState(false);
  const error = workspace.error ?? list.error;
  const projects = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const retry = () => void (workspace.error ? workspace.refetch() : list.refetch());
  return (
    <div className="page page-list">
      <div className="page-head">
        <h1>Projects</h1>
        {mayChange && (
          <Button
            className="button button-primary"
            onPress={() => {
              change.reset();
              setAdding(true);
            }}
          >
            <Icon name="plus" />
            New project
          </Button>
        )}
      </div>
      {error && list.data && <LostConnection loadedAt={list.dataUpdatedAt} onRetry={retry} />}
      <section className="list" aria-label="Projects" aria-busy={!list.data && !error}>
        {error && !list.data && <ErrorState error={error} what="The list of projects" onRetry={retry} />}
        {!error && !list.data && <TableSkeleton />}
        {list.data && projects.length === 0 && (
          <div className="state">
            <h2>No projects yet</h2>
            <p>A project holds workflows that belong together, and tells their statistics together.</p>
          </div>
        )}
        {projects.length > 0 && (
          <div className="table-scroll-x">
            <table className="fact-table">
              <thead>
                <tr>
                  <th scope="col">Project</th>
                  {TITLES.map((title) => (
                    <th key={title} scope="col" className="cell-number">
                      {title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {projects.map((project) => (
                  <Row key={project.id} workspace={workspace.data?.id} project={project} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {list.hasNextPage && (
          <div className="list-foot">
            <span />
            <Button className="button" isDisabled={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              {list.isFetchingNextPage ? 'Loading' : 'Load more'}
            </Button>
          </div>
        )}
      </section>
      <DialogFrame title="New project" isOpen={isAdding} onClose={() => setAdding(false)}>
        {isAdding && (
          <NewProject
            isPending={change.isPending}
            error={change.error}
            onMake={(made) => change.mutate({ kind: 'create', ...made }, { onSuccess: () => setAdding(false) })}
            onClose={() => setAdding(false)}
          />
        )}
      </DialogFrame>
    </div>
  );
}
