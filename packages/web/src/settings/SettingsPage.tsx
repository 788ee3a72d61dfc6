import '../styles/settings.css';
import { Link, Navigate, useNavigate, useParams } from 'react-router';
import { useMe, useRole, useWorkspace } from '../api/queries.ts';
import { ErrorState } from '../components/Notice.tsx';
import { useTitle } from '../shell/useTitle.ts';
import { SECTIONS } from './sections.ts';
import { ROLES } from './types.ts';

/** The sections: links beside the open one, and on a narrow screen a choice above it. */
function SectionNav({ open }: { readonly open: string }) {
  const navigate = useNavigate();
  return (
    <>
      <nav className="settings-nav" aria-label="Settings">
        {SECTIONS.map(({ id, label }) => (
          <Link key={id} to={`/settings/${id}`} aria-current={id === open ? 'page' : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      <select
        className="select settings-nav-narrow"
        aria-label="Section of the settings"
        value={open}
        onChange={({ target }) => void navigate(`/settings/${target.value}`)}
      >
        {SECTIONS.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </>
  );
}

/** What can be set of a workspace and of this browser, a section at a time. */
export function SettingsPage() {
  const { section } = useParams();
  const found = SECTIONS.find(({ id }) => id === section);
  const me = useMe();
  const workspace = useWorkspace();
  const named = useRole();
  useTitle(found === undefined ? 'Settings' : `${found.label} · Settings`);
  if (found === undefined) return <Navigate to={`/settings/${SECTIONS[0]?.id ?? ''}`} replace />;
  const Content = found.component;
  const shown = workspace.data;
  const role = ROLES.find((name) => name === named) ?? 'viewer';
  return (
    <div className="page page-settings">
      <SectionNav open={found.id} />
      <div className="settings-content">
        {shown && me.data ? (
          <Content key={shown.id} workspace={shown} me={me.data} role={role} />
        ) : (
          workspace.error && (
            <ErrorState error={workspace.error} what="The workspace" onRetry={() => void workspace.refetch()} />
          )
        )}
      </div>
    </div>
  );
}
