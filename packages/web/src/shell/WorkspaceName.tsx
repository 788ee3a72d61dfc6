import type { Workspace } from '../api/types.ts';
import { chooseWorkspace } from '../api/chosen-workspace.ts';
import { sameElsewhere } from './where.ts';

interface WorkspaceNameProps {
  readonly shown: Workspace;
  readonly all: readonly Workspace[];
}

function show(slug: string): void {
  chooseWorkspace(slug);
  // Nothing of one workspace is of use in another: the page is loaded anew, at the same place.
  location.assign(sameElsewhere(location.pathname));
}

/** The workspace that is shown; where there are several, a way to the others. */
export function WorkspaceName({ shown, all }: WorkspaceNameProps) {
  if (all.length < 2) {
    return (
      <span className="workspace" title={`Workspace ${shown.slug}`}>
        {shown.name}
      </span>
    );
  }
  return (
    <select
      className="select workspace-choice"
      aria-label="Workspace"
      value={shown.slug}
      onChange={(event) => show(event.target.value)}
    >
      {all.map(({ slug, name }) => (
        <option key={slug} value={slug}>
          {name}
        </option>
      ))}
    </select>
  );
}
