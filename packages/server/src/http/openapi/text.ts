/** What the document says of the API as a whole, in Markdown. */
export const DESCRIPTION = `Runs workflows, keeps their executions, and says where the time went.

**Workspace.** Everything belongs to one. The path names it, or \`X-Workspace-Id\` or \`X-Workspace-Slug\`, or the API key does;
while there is only one it need not be named. What another workspace has is answered exactly as what does not exist.

**Credentials.** \`Authorization: Bearer\` with an API key (\`fp_<id>_<secret>\`) or a token of the configured OpenID provider.
Roles are \`viewer\`, \`editor\` and \`admin\`; they may do what the scopes \`read\`, \`write\` and \`admin\` stand for. On a loopback
address without keys and provider no credential is needed.

**Errors** are problems of RFC 9457 (\`application/problem+json\`) with a stable \`code\`. They never repeat what was sent. 429
and 503 say in \`Retry-After\` when to try again; 503 and 507 pass by themselves.

**Bodies** are JSON in UTF-8, at most 1 MiB and 64 levels deep, unless an operation says otherwise. Objects take no unknown
fields. Times are ISO 8601 in UTC with milliseconds; durations name their unit.

**Live events.** \`GET /ws/workflows/{workflow_id}\` and \`GET /ws/workflows/{workflow_id}/step/{step_id}\` upgrade to a
WebSocket. Messages are \`{"event", "seq", "data"}\`; \`?since=<seq>\` resumes after an event without gap or duplicate, or answers
with an explicit \`reset\`. Browsers send their credential as the subprotocols \`flowprof\` and \`bearer.<token>\`, never in the URL; the
workspace, where there are several, in \`?workspace=<id or slug>\`.

**tRPC.** \`/trpc\` speaks tRPC 11 (JSON, batches of at most 10): \`execution.getExecutionHistory\`, \`getExecutionDetails\`,
\`getWorkflowStatistics\`, \`getProjectStatistics\` (queries) and \`syncExecutionFromTemporal\` (mutation). Workspace and credentials
are those of REST. The typed client of both is the entry \`flowprof/client\` of the npm package.`;

/** What path parameters mean, by name. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  workspace: 'Id or slug of the workspace',
  workflow_id: 'Id of the workflow',
  execution_id: 'Id of the execution',
  execution: 'Id of the execution',
  connection: 'Id of the connection to a Temporal server',
  project_id: 'Id of the project',
  'x-workspace-id': 'Id of the workspace, where the path and the key name none',
  'x-workspace-slug': 'Slug of the workspace, where the path and the key name none',
};
