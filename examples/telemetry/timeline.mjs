// Prints the timeline of an execution: FLOWPROF_URL, WORKSPACE_ID and EXECUTION_ID come from the environment.
const {
  FLOWPROF_URL: baseUrl = 'http://127.0.0.1:7420',
  WORKSPACE_ID: workspaceId,
  EXECUTION_ID: executionId,
} = process.env;

// Fetch timeline data
const response = await fetch(`${baseUrl}/api/workflows/executions/${executionId}/timeline`, {
  headers: { 'X-Workspace-Id': workspaceId },
});
const timeline = await response.json();

// Render timeline visualization
timeline.step_timeline.forEach((step) => {
  const duration = step.duration_seconds || 0;
  const startTime = new Date(step.started_at);
  const endTime = new Date(step.completed_at);

  console.log(`${step.step_name}: ${duration}s (${startTime.toISOString()} to ${endTime.toISOString()})`);
});

// Show aggregated stats
console.log(`Total: ${timeline.total_duration_seconds}s`);
console.log(`Success: ${timeline.completed_step_count}/${timeline.step_count}`);
