import type { StatisticsDifference, StatisticsReport } from '../api.ts';
import type { Database, Sql } from '../database.ts';
import { listWorkflowIds } from '../queries/list-workflow-ids.ts';
import { lockStatistics, replaceSums } from '../queries/replace-sums.ts';
import { selectStoredSums } from '../queries/stored-sums.ts';
import { sumExecutions } from '../queries/sum-executions.ts';
import { WorkflowSums } from './sums.ts';

/** How many differences are told one by one. */
const TOLD = 1000;

interface Workflow {
  readonly executions: number;
  readonly differences: readonly StatisticsDifference[];
  readonly sums: WorkflowSums;
}

async function compare(sql: Sql, workspaceId: string, workflowId: string): Promise<Workflow> {
  const [sums, stored] = [new WorkflowSums(), new WorkflowSums()];
  const executions = await sumExecutions(sql, workspaceId, workflowId, sums);
  await selectStoredSums(sql, workspaceId, workflowId, stored);
  return { executions, differences: [...sums.differencesTo(stored, workflowId)], sums };
}

/**
 * Compares the statistics of a workspace with its rows, workflow by workflow, each by one state of the data, and mends
 * what differs unless it is only to check. While a workflow is mended, the ends of its executions wait.
 */
export async function rebuildStatistics(
  database: Database,
  workspaceId: string,
  isCheck: boolean,
): Promise<StatisticsReport> {
  const differences: StatisticsDifference[] = [];
  let [workflows, executions, found] = [0, 0, 0];
  const ids = await database.inWorkspace(workspaceId, (sql) => listWorkflowIds(sql, workspaceId));
  for (const id of ids) {
    const workflow = isCheck
      ? await database.snapshotOf(workspaceId, (sql) => compare(sql, workspaceId, id))
      : await database.inWorkspace(workspaceId, (sql) => mend(sql, workspaceId, id));
    workflows++;
    executions += workflow.executions;
    found += workflow.differences.length;
    differences.push(...workflow.differences.slice(0, TOLD - differences.length));
  }
  return { workflows, executions, differences, differenceCount: found };
}

async function mend(sql: Sql, workspaceId: string, workflowId: string): Promise<Workflow> {
  await lockStatistics(sql, workspaceId, workflowId);
  const workflow = await compare(sql, workspaceId, workflowId);
  if (workflow.differences.length > 0) await replaceSums(sql, workspaceId, workflowId, workflow.sums);
  return workflow;
}
