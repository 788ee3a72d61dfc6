import { compareExecutions } from './tools/compare-executions.ts';
import { listExecutions } from './tools/list-executions.ts';
import { profileExecution } from './tools/profile-execution.ts';
import { whatIf } from './tools/what-if.ts';
import { workflowHistory } from './tools/workflow-history.ts';
import type { McpTool } from './tool.ts';

/** Every tool. A new one is a file in `tools/` and a line here. */
export const MCP_TOOLS: readonly McpTool[] = [
  listExecutions,
  profileExecution,
  compareExecutions,
  workflowHistory,
  whatIf,
];
