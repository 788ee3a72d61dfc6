import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Route, Routes } from 'react-router';
import { ApiError } from './api/errors.ts';
import { ExecutionsPage } from './executions/ExecutionsPage.tsx';
import { ErrorBoundary } from './shell/ErrorBoundary.tsx';
import { NotFoundPage } from './shell/NotFoundPage.tsx';
import { Shell } from './shell/Shell.tsx';
import { startTheme } from './shell/theme.ts';

/** The chart, the analyses and what they need come when an execution is opened. */
const ExecutionPage = lazy(() =>
  import('./execution/ExecutionPage.tsx').then((page) => ({ default: page.ExecutionPage })),
);

const ImportPage = lazy(() => import('./imports/ImportPage.tsx').then((page) => ({ default: page.ImportPage })));

const AlertsPage = lazy(() => import('./alerts/AlertsPage.tsx').then((page) => ({ default: page.AlertsPage })));

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
              <Route index element={<ExecutionsPage />} />
              <Route path="executions" element={<ExecutionsPage />} />
              <Route
                path="executions/:id"
                element={
                  <Suspense fallback={<div className="page" aria-busy="true" />}>
                    <ExecutionPage />
                  </Suspense>
                }
              />
              <Route
                path="import"
                element={
                  <Suspense fallback={<div className="page" aria-busy="true" />}>
                    <ImportPage />
                  </Suspense>
                }
              />
              <Route
                path="alerts"
                element={
                  <Suspense fallback={<div className="page" aria-busy="true" />}>
                    <AlertsPage />
                  </Suspense>
                }
              />
              <Route path="*" element={<NotFoundPage />} />
            </Route>
          </Routes>
        </BrowserRouter>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}

startTheme();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element for the app');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
