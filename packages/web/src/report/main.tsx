import { StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { ErrorBoundary } from '../shell/ErrorBoundary.tsx';
import { startTheme } from '../shell/theme.ts';
import { readReport } from './data.ts';
import { ReportPage } from './ReportPage.tsx';

function Unreadable({ reason }: { readonly reason: string }) {
  return (
    <div className="state" role="alert">
      <h1>This page cannot show its execution</h1>
      <p>{reason}</p>
    </div>
  );
}

async function show(root: Root): Promise<void> {
  try {
    const report = await readReport(document);
    root.render(
      <StrictMode>
        <ErrorBoundary>
          <ReportPage report={report} />
        </ErrorBoundary>
      </StrictMode>,
    );
  } catch (error) {
    root.render(<Unreadable reason={error instanceof Error ? error.message : String(error)} />);
  }
}

startTheme();
const element = document.getElementById('root');
if (!element) throw new Error('report.html has no element for the page');
void show(createRoot(element));
