import { Link, Outlet } from 'react-router';
import { useWorkspace } from '../api/queries.ts';
import { Logo } from './Logo.tsx';
import { ThemeSwitch } from './ThemeSwitch.tsx';

/** What stands around every page. */
export function Shell() {
  const workspace = useWorkspace();
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="topbar">
        <Link to="/" className="brand">
          <Logo />
          flowprof
        </Link>
        {workspace.data && (
          <span className="workspace" title={`Workspace ${workspace.data.slug}`}>
            {workspace.data.name}
          </span>
        )}
        <span className="spacer" />
        <ThemeSwitch />
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
