/** Where traces are sent to, as a program of any language takes it from its environment. */
export interface Target {
  /** The server's own address. */
  readonly origin: string;
  readonly workspace: string;
  /** Whether the server asks for a key; then it names the workspace by itself. */
  readonly needsKey: boolean;
}

/** What an exporter of OpenTelemetry reads. */
export function otlpSnippet({ origin, workspace, needsKey }: Target): string {
  const headers = needsKey ? 'authorization=Bearer%20fp_...' : `x-workspace-slug=${workspace}`;
  return [
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${origin}`,
    `export OTEL_EXPORTER_OTLP_HEADERS="${headers}"`,
    'export OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none',
  ].join('\n');
}

/** One execution with one node, reported by hand. */
export function callbackSnippet({ origin, workspace, needsKey }: Target): string {
  const header = needsKey ? 'authorization: Bearer fp_...' : `x-workspace-slug: ${workspace}`;
  return [
    `curl -H 'content-type: application/json' -H '${header}' \\`,
    `  ${origin}/api/v1/callbacks -d '{"callbacks": [{`,
    '  "execution_id": "order/7", "workflow": "orders", "started_at": "2026-11-29T10:00:00Z",',
    '  "results": [{"node_key": "charge", "type": "http", "status": "completed", "start_ms": 0, "duration_ms": 185}],',
    '  "finished": {"status": "completed", "duration_ms": 190}}]}\'',
  ].join('\n');
}
