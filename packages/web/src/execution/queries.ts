import { isTerminal } from '@flowprof/model';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { requestFields, requestFile } from '../api/client.ts';
import { Fields } from '../api/fields.ts';
import { askAgainAfter, pathIn } from '../api/polling.ts';
import { readExecution, readPage, type Execution } from '../api/types.ts';

/** So many executions of the past can be compared with from the page of one. */
const EARLIER = 10;
/** How often it is asked when a running execution will end, in milliseconds. */
const PROJECTION_MS = 3000;

/** The executions of the same workflow that ended before another one started, the newest first. */
export function useEarlier(workspace: string | undefined, execution: Execution): UseQueryResult<readonly Execution[]> {
  const { id, workflowId, startedAt } = execution;
  return useQuery({
    queryKey: ['earlier', workspace, id],
    enabled: workspace !== undefined && startedAt !== null,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ limit: String(2 * EARLIER) });
      if (startedAt !== null) query.set('started_to', new Date(startedAt).toISOString());
      const path = `/api/workflows/${encodeURIComponent(workflowId)}/executions?${query}`;
      const options = { signal, ...(workspace !== undefined && { workspace }) };
      const { items } = readPage(await requestFields(path, options), readExecution);
      return items.filter((other) => other.id !== id && isTerminal(other.status)).slice(0, EARLIER);
    },
  });
}

/** What holds the end of a running execution now. Milliseconds. */
interface Blocker {
  readonly name: string;
  readonly state: string;
  /** Of one that waits, for what. */
  readonly cause: string | null;
  readonly reason: string | null;
  readonly limit: number | null;
  readonly elapsed: number | null;
  readonly usual: number | null;
}

/** When a running execution will probably end. Milliseconds from its start. */
export interface Projection {
  /** Why there is none; null where there is one. */
  readonly reason: string | null;
  /** How many runs of the past it rests upon. */
  readonly runs: number;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly blocker: Blocker | null;
}

function readBlocker(value: unknown): Blocker | null {
  if (value === null) return null;
  const fields = new Fields(value, '/blocker');
  return {
    name: fields.string('name'),
    state: fields.string('state'),
    cause: fields.optionalString('cause'),
    reason: fields.optionalString('reason_name') ?? fields.optionalString('reason'),
    limit: fields.optionalNumber('limit'),
    elapsed: fields.optionalNumber('elapsed_ms'),
    usual: fields.optionalNumber('usual_ms'),
  };
}

function readProjection(fields: Fields): Projection {
  return {
    reason: fields.optionalString('reason'),
    runs: fields.number('runs'),
    p10: fields.optionalNumber('p10_ms'),
    p50: fields.optionalNumber('p50_ms'),
    p90: fields.optionalNumber('p90_ms'),
    blocker: readBlocker(fields.any('blocker')),
  };
}

/** When an execution that runs will probably end, and what holds it. */
export function useProjection(workspace: string | undefined, id: string, runs: boolean): UseQueryResult<Projection> {
  return useQuery({
    queryKey: ['projection', workspace, id],
    enabled: workspace !== undefined && runs,
    queryFn: async ({ signal }) =>
      readProjection(
        await requestFields(pathIn(workspace, `executions/${encodeURIComponent(id)}/projection`), { signal }),
      ),
    refetchInterval: ({ state }) => askAgainAfter(state.error, PROJECTION_MS),
  });
}

/** What the server answers of an execution, by its name in the address. */
export const RAW_DOCUMENTS = [
  ['flame-chart', 'Flame chart'],
  ['profile', 'Profile'],
  ['details', 'Details'],
  ['timeline', 'Timeline'],
] as const;

export type RawDocument = (typeof RAW_DOCUMENTS)[number][0];

/** More bytes are not taken apart in the page: they are there to be saved. */
const MOST_BYTES = 5_000_000;

/** A document of the server as it is. */
interface Raw {
  readonly blob: Blob;
  /** Null where it is too large to be shown. */
  readonly text: string | null;
  /** Undefined where it is too large to be shown. */
  readonly value: unknown;
}

function pathOfRaw(workspace: string, id: string, document: RawDocument): string {
  const execution = encodeURIComponent(id);
  switch (document) {
    case 'flame-chart':
    case 'profile':
      return pathIn(workspace, `executions/${execution}/${document}`);
    case 'details':
      return `/api/workflows/executions/${execution}`;
    case 'timeline':
      return `/api/workflows/executions/${execution}/timeline`;
    default:
      return document satisfies never;
  }
}

/** A document of an execution, as the API has it. */
export function useRaw(workspace: string, id: string, document: RawDocument): UseQueryResult<Raw> {
  return useQuery({
    queryKey: ['raw', workspace, id, document],
    structuralSharing: false,
    gcTime: 0,
    queryFn: async ({ signal }): Promise<Raw> => {
      const path = pathOfRaw(workspace, id, document);
      const { blob } = await requestFile(path, { accept: 'application/json', workspace, signal });
      if (blob.size > MOST_BYTES) return { blob, text: null, value: undefined };
      const text = await blob.text();
      const value: unknown = JSON.parse(text);
      return { blob, text, value };
    },
  });
}

/** What a node took in one run of its workflow. Milliseconds. */
export interface NodeRun {
  readonly executionId: string;
  readonly time: number;
  readonly onPath: number;
  readonly failed: number;
  readonly attempts: number;
}

interface NodeHistory {
  /** The runs that it took part in, oldest first. */
  readonly runs: readonly NodeRun[];
  /** The median over the completed ones, in milliseconds; null where there are none. */
  readonly usual: number | null;
  /** The numbers of the executions, where they have one. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** So many runs tell how long a node usually takes. */
const HISTORY_RUNS = 50;

function readNodeRun(fields: Fields): NodeRun {
  return {
    executionId: fields.string('execution_id'),
    time: fields.number('time_ms'),
    onPath: fields.number('on_path_ms'),
    failed: fields.number('failed'),
    attempts: fields.number('attempts'),
  };
}

function readNodeHistory(fields: Fields): NodeHistory {
  const node = fields.any('node');
  const numbers = fields
    .list('runs', (run) => [run.string('execution_id'), run.optionalNumber('number')] as const)
    .flatMap(([id, number]) => (number === null ? [] : [[id, number] as const]));
  if (node === null) return { runs: [], usual: null, numbers: new Map(numbers) };
  const of = new Fields(node, '/node');
  const bands = of.any('bands');
  return {
    runs: of.list('runs', readNodeRun),
    usual: bands === null ? null : new Fields(bands, '/node/bands').number('p50_ms'),
    numbers: new Map(numbers),
  };
}

/** What a node took in the last runs of its workflow. */
export function useNodeHistory(
  workspace: string | undefined,
  workflow: string | undefined,
  node: string | null,
): UseQueryResult<NodeHistory> {
  return useQuery({
    queryKey: ['node-history', workspace, workflow, node],
    enabled: workspace !== undefined && workflow !== undefined && node !== null,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ limit: String(HISTORY_RUNS), node: node ?? '' });
      const path = `/api/workflows/${encodeURIComponent(workflow ?? '')}/history?${query}`;
      const options = { signal, ...(workspace !== undefined && { workspace }) };
      return readNodeHistory(await requestFields(path, options));
    },
  });
}
