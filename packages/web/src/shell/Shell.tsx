import { lazy, Suspense, useLayoutEffect, useRef } from 'react';
import { Link, NavigationType, Outlet, useLocation, useNavigationType } from 'react-router';
import { ApiError } from '../api/errors.ts';
import { useMayChange, useMe, useWorkspaces } from '../api/queries.ts';
import { AlertsLink } from '../alerts/AlertsLink.tsx';
import { DropAnywhere } from '../imports/DropAnywhere.tsx';
import { Icon } from '../components/Icon.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Logo } from './Logo.tsx';
import { Navigation } from './Navigation.tsx';
import { Palette } from './Palette.tsx';
import { ThemeSwitch } from './ThemeSwitch.tsx';
import { WhoAmI } from './WhoAmI.tsx';
import { WorkspaceName } from './WorkspaceName.tsx';

const SignIn = lazy(async () => ({ default: (await import('./SignIn.tsx')).SignIn }));

/** Another page begins at its top; one that is come back to does not, nor one whose address only says more. */
function useTopOfPage(): void {
  const { pathname } = useLocation();
  const isNew = useNavigationType() === NavigationType.Push;
  const shown = useRef(pathname);
  useLayoutEffect(() => {
    if (isNew && pathname !== shown.current) scrollTo({ top: 0 });
    shown.current = pathname;
  }, [pathname, isNew]);
}

/** What stands around every page; in place of the page the way in, where the server asks for one. */
export function Shell() {
  useTopOfPage();
  const { key } = useLocation();
  const me = useMe();
  const { data: workspaces } = useWorkspaces();
  const mayChange = useMayChange();
  const isStranger = me.error instanceof ApiError && me.error.code === 'unauthorized';
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="topbar">
        <Link to="/" className="brand">
          <Logo />
          <span className="topbar-label">flowprof</span>
        </Link>
        {workspaces && !isStranger && <WorkspaceName shown={workspaces.shown} all={workspaces.all} />}
        {workspaces && !isStranger && <Navigation />}
        <span className="spacer" />
        {workspaces && !isStranger && <AlertsLink workspace={workspaces.shown.id} />}
        {workspaces && mayChange && !isStranger && (
          <Link to="/import" className="button button-small">
            <Icon name="upload" />
            <span className="topbar-label">Import</span>
          </Link>
        )}
        {me.data && !isStranger && <WhoAmI me={me.data} />}
        <ThemeSwitch />
      </header>
      <main id="main" tabIndex={-1}>
        {me.isPending && <div className="page" aria-busy="true" />}
        {workspaces && mayChange && !isStranger && <DropAnywhere workspace={workspaces.shown.id} />}
        {!me.isPending && (
          <ErrorBoundary place={key}>
            <Suspense fallback={<div className="page" aria-busy="true" />}>
              {isStranger ? <SignIn /> : <Outlet />}
            </Suspense>
          </ErrorBoundary>
        )}
      </main>
      {workspaces && !isStranger && <Palette />}
    </div>
  );
}
