/** Whether a connection does what is needed of it. */
import { microsFromMs, toMicros } from '@flowprof/model';
import type { CheckStep, TemporalCheck } from './api.ts';
import type { Caller } from './caller.ts';
import { TemporalError } from './errors.ts';
import type { Waits } from './limiter.ts';
import {
  historyRequest,
  listAnswer,
  listRequest,
  namespaceRequest,
  retentionOf,
  serverVersionOf,
  systemInfoRequest,
} from './messages.ts';

const TIMEOUT_MS = 10_000;
/** A run that is asked for where there is none, which only someone who may read is told. */
const NO_RUN = { workflowId: 'flowprof-check', runId: '00000000-0000-4000-8000-000000000000' };

export interface CheckTools {
  readonly caller: Caller;
  readonly waits: Waits;
  readonly namespace: string;
  /** Finds out more of an error. */
  readonly explain: (error: TemporalError) => Promise<TemporalError>;
  readonly signal: AbortSignal | undefined;
}

type Step = TemporalCheck['steps'][number];

export async function check(tools: CheckTools): Promise<TemporalCheck> {
  const { caller, waits, namespace, signal } = tools;
  const steps: Step[] = [];
  const asked = { timeoutMs: TIMEOUT_MS, signal };
  let shortest: number | null = null;
  /** Does one step, and notes what became of it. */
  const attempt = async <T>(step: CheckStep, ask: () => Promise<T>): Promise<T | null> => {
    const began = waits.now();
    try {
      const answer = await ask();
      shortest = Math.min(shortest ?? Infinity, waits.now() - began);
      steps.push({ step, error: null });
      return answer;
    } catch (thrown) {
      if (!(thrown instanceof TemporalError)) throw thrown;
      const { code, message } = await tools.explain(thrown);
      steps.push({ step, error: { code, message } });
      return null;
    }
  };
  const answerOf = (isUsable: boolean, serverVersion: string | null, retention: number | null): TemporalCheck => ({
    isUsable,
    serverVersion,
    retention: retention === null ? null : toMicros(retention * 1_000_000),
    latency: shortest === null ? null : microsFromMs(shortest),
    steps,
  });

  const info = await attempt('connect', () => caller.once('GetSystemInfo', systemInfoRequest(), asked));
  // Making the connection took most of it.
  shortest = null;
  if (info === null) return answerOf(false, null, null);
  const described = await attempt('namespace', () =>
    caller.once('DescribeNamespace', namespaceRequest(namespace), asked),
  );
  const found = await attempt('list', async () => {
    const request = listRequest(namespace, '', 1, new Uint8Array());
    return listAnswer(await caller.once('ListWorkflowExecutions', request, asked));
  });
  const read = await attempt('read', async () => {
    const run = found?.heads[0] ?? NO_RUN;
    const { workflowId, runId } = run;
    const page = { namespace, workflowId, runId, pageSize: 1, nextPageToken: new Uint8Array(), waitNewEvent: false };
    return caller.once('GetWorkflowExecutionHistory', historyRequest(page), asked).catch((error: unknown) => {
      // Whether the run that was listed is gone meanwhile, or there was none: it was let in.
      if (error instanceof TemporalError && error.code === 'not_found') return new Uint8Array();
      throw error;
    });
  });
  const retention = described === null ? null : retentionOf(described);
  return answerOf(found !== null && read !== null, serverVersionOf(info), retention);
}
