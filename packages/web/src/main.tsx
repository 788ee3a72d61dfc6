import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Route, Routes } from 'react-router';
import { ApiError } from './api/errors.ts';
import { PAGES } from './pages.tsx';
import { ErrorBoundary } from './shell/ErrorBoundary.tsx';
import { NotFoundPage } from './shell/NotFoundPage.tsx';
import { startPops } from './shell/pops.ts';
import { reloadWhenRenewed } from './shell/reload.ts';
import { Shell } from './shell/Shell.tsx';
import { startTheme } from './shell/theme.ts';

/** Failures are shown at once and asked again by the pages' own polling; the browser's idea of "offline" is not asked. */
const queries = new QueryClient({
  queryCache: new QueryCache({
    // A key that was revoked or has expired meanwhile: whoever is asked next has to sign in.
    onError: (error, { queryKey }) => {
      const isRefused = error instanceof ApiError && error.code === 'unauthorized';
      if (isRefused && queryKey[0] !== 'me') void queries.invalidateQueries({ queryKey: ['me'] });
    },
  }),
  defaultOptions: {
    queries: { retry: false, networkMode: 'always', staleTime: 1000 },
    mutations: { networkMode: 'always' },
  },
});

function App() {
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Routes>
            <Route element={<Shell />}>
              {PAGES.map(({ path, component: Page }) => (
                <Route
                  key={path}
                  {...(path === '' ? { index: true } : { path })}
                  element={
                    <Suspense fallback={<div className="page" aria-busy="true" />}>
                      <Page />
                    </Suspense>
                  }
                />
              ))}
              <Route path="*" element={<NotFoundPage />} />
            </Route>
          </Routes>
        </BrowserRouter>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}

startTheme();
startPops();
reloadWhenRenewed();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element for the app');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
