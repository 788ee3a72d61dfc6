import type { Target } from '../settings/snippets.ts';

/** What a worker of Temporal is given so that it reports its attempts. */
export function pluginSnippet(): string {
  return [
    "import { FlowprofPlugin } from 'flowprof/temporal-worker';",
    '',
    'const worker = await Worker.create({',
    '  // …',
    '  plugins: [new FlowprofPlugin()],',
    '});',
  ].join('\n');
}

/** Where the worker finds this server. */
export function attemptsSnippet({ origin, workspace, needsKey }: Target): string {
  const who = needsKey ? 'export FLOWPROF_API_KEY=fp_...' : `export FLOWPROF_WORKSPACE=${workspace}`;
  return [`export FLOWPROF_URL=${origin}`, who].join('\n');
}

/** Fetching histories of Temporal and loading them. */
export function historySnippet(): string {
  return [
    'temporal workflow show --workflow-id <id> --output json > history.json',
    'flowprof import history.json',
  ].join('\n');
}
