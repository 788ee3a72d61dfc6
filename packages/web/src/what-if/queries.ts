import type { WhatIfChange } from '@flowprof/model';
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { requestFields } from '../api/client.ts';
import { askAgainAfter, pathIn } from '../api/polling.ts';
import { readExecution, readPage, type Execution } from '../api/types.ts';
import { readPrediction, type Prediction } from './types.ts';

/** How many executions can be chosen of. */
const MOST_EXECUTIONS = 50;

/** The executions of a workflow that completed, the newest first. */
export function useCompleted(workspace: string, workflowId: string): UseQueryResult<readonly Execution[]> {
  return useQuery({
    queryKey: ['completed-executions', workspace, workflowId],
    queryFn: async ({ signal }) => {
      const path = `/api/workflows/${encodeURIComponent(workflowId)}/executions?status=completed&limit=${MOST_EXECUTIONS}`;
      return readPage(await requestFields(path, { workspace, signal }), readExecution).items;
    },
    staleTime: 10_000,
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}

export interface Question {
  readonly changes: readonly WhatIfChange[];
  readonly runs: number;
  /** Whether what would help is wanted, instead of the chart of the prediction. */
  readonly suggest: boolean;
}

/** What an execution would have taken; what it was before while it is worked out. */
export function usePrediction(
  workspace: string,
  execution: string | null,
  { changes, runs, suggest }: Question,
): UseQueryResult<Prediction> {
  return useQuery({
    queryKey: ['what-if', workspace, execution, changes, runs, suggest],
    enabled: execution !== null,
    placeholderData: keepPreviousData,
    structuralSharing: false,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const path = pathIn(workspace, `executions/${encodeURIComponent(execution ?? '')}/what-if`);
      const body = { changes, runs, suggest, include_trace: !suggest };
      return readPrediction(await requestFields(path, { method: 'POST', body, signal }));
    },
    refetchInterval: ({ state }) => askAgainAfter(state.error, false),
  });
}
