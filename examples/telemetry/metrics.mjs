// Prints the figures of a dashboard: FLOWPROF_URL, WORKSPACE_ID and WORKFLOW_ID come from the environment.
const {
  FLOWPROF_URL: baseUrl = 'http://127.0.0.1:7420',
  WORKSPACE_ID: workspaceId,
  WORKFLOW_ID: workflowId,
} = process.env;

// Fetch metrics
const response = await fetch(`${baseUrl}/api/workflows/${workflowId}/metrics`, {
  headers: { 'X-Workspace-Id': workspaceId },
});
const metrics = await response.json();

// Display metrics
const dashboard = {
  successRate: `${metrics.success_rate.toFixed(1)}%`,
  totalExecutions: metrics.total_executions,
  avgDuration: `${metrics.average_duration_seconds.toFixed(1)}s`,
  minDuration: `${metrics.min_duration_seconds?.toFixed(1)}s`,
  maxDuration: `${metrics.max_duration_seconds?.toFixed(1)}s`,
};
console.log(JSON.stringify(dashboard));
