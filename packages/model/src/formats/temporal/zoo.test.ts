import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { expectSound } from '../../../testing/sound.ts';
import { historyBytes } from '../../../testing/temporal.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { KIND, spanNameAt, type Trace } from '../../trace/trace.ts';
import type { AttemptReport } from './attempts.ts';
import { bytesOfBase64 } from './base64.ts';
import { readHistoryFile } from './reader.ts';
import { traceOfRun } from './run.ts';

interface ZooRun {
  readonly kind: string | null;
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly history: string;
}

interface Zoo {
  readonly runs: readonly ZooRun[];
  readonly attempts: readonly AttemptReport[];
}

const parse: (text: string) => Zoo = JSON.parse;
const { runs, attempts } = parse(new TextDecoder().decode(historyBytes('zoo/zoo.json.gz')));

const children = runs.map(({ runId, history }) => {
  const { events } = only(readHistoryFile(bytesOfBase64(history) ?? new Uint8Array()));
  return { runId, events };
});

function traced({ runId }: ZooRun, reports: readonly AttemptReport[] = attempts): Trace {
  const events = children.find((one) => one.runId === runId)?.events ?? [];
  return traceOfRun({ events, info: { runId }, attempts: reports, children });
}

function runOf(kind: string): ZooRun {
  return at(
    runs.filter((run) => run.kind === kind),
    0,
  );
}

/** Where the reports lie that were cut, because the server had given up on the attempt before its worker noticed. */
const isCut = (trace: Trace, row: number) => trace.spans.metadata.get(row)?.['ran_on_us'] !== undefined;

function causesOf(trace: Trace): Readonly<Record<string, number>> {
  return buildProfile(trace).accounting?.causes ?? {};
}

function sum(all: Readonly<Record<string, number>>): number {
  return Object.values(all).reduce((a, b) => a + b, 0);
}

describe('the zoo', () => {
  test.each(runs.map((run) => [run.kind ?? run.type, run] as const))(
    '%s is sound, with its children and without',
    (_, run) => {
      const trace = traced(run);
      expectSound(trace);
      expect(trace.warnings.map(({ code }) => code)).not.toContain('unknown_event');
      expect(trace.warnings.map(({ code }) => code)).not.toContain('contradicting_attempt');
      expect(trace.warnings.map(({ code }) => code)).not.toContain('unmatched_attempt');
      expectSound(traced(run, []));
    },
  );

  test('each attempt that was reported is drawn as it was, to the microsecond', () => {
    let compared = 0;
    for (const run of runs) {
      const { spans, execution } = traced(run);
      const own = attempts.filter(({ runId }) => runId === run.runId);
      for (const { attempt, startedAt, endedAt, activityId } of own) {
        const rows = spans.ids.listed?.flatMap((id, row) => (/^\d+\.attempt\d+$/.test(id) ? [row] : [])) ?? [];
        const from = startedAt - (execution.startedAt ?? 0);
        const same = rows.filter(
          (row) => spans.start[row] === from && spans.metadata.get(row)?.['attempt'] === attempt,
        );
        expect(same, `${run.workflowId} ${activityId} ${attempt}`).not.toEqual([]);
        compared++;
        const row = at(same, 0);
        if (endedAt !== null && !isCut({ ...traced(run) }, row)) expect(spans.duration[row]).toBe(endedAt - startedAt);
      }
    }
    expect(compared).toBe(attempts.length);
  });

  test.each([
    ['retries', 'failUntil', 3, 'expected', 'succeeded on attempt 3'],
    ['exhausts', 'failUntil', 3, 'unexpected', 'all 3 attempts failed'],
    ['hasNoRetries', 'failUntil', 1, 'unexpected', 'the policy allows no retries'],
    ['isRefused', 'refuse', 1, 'unexpected', 'the error of attempt 1 is not retryable'],
    ['timesOutStarted', 'hang', 2, 'unexpected', 'all 2 attempts failed'],
    ['timesOutAltogether', 'failUntil', 1, 'unexpected', 'the deadline passed during attempt 1'],
    ['losesHeartbeat', 'beat', 2, 'expected', 'succeeded on attempt 2 of 3'],
    ['isSlowToRetry', 'failUntil', 3, 'expected', 'succeeded on attempt 3 of 5'],
  ])('%s: %s has %i attempts, %s: %s', (kind, name, count, verdict, reason) => {
    const found = buildProfile(traced(runOf(kind))).retries.filter((one) => one.id === `activity:${name}`);
    expect(found).toMatchObject([{ attempts: count, verdict, reason }]);
  });

  test('children are inside of the run that started them, and theirs in them', () => {
    const { nodes } = traced(runOf('hasChildren'));
    const grandchild = nodes.key.find((key) => key.split('/').length === 3 && key.includes('timer:'));
    expect(grandchild).toMatch(/^child_workflow:hasGrandchild\/child_workflow:nap\/timer:/);
  });

  test('with the attempts told apart, failed attempts, backoff and waits are different things', () => {
    const causes = causesOf(traced(runOf('isSlowToRetry')));
    const before = causesOf(traced(runOf('isSlowToRetry'), []));
    expect(before['failed_attempts']).toBe(0);
    expect(causes['failed_attempts']).toBeGreaterThan(0);
    expect(causes['retry_backoff']).toBeLessThan(before['retry_backoff'] ?? 0);
    expect(Math.round(sum(causes) * 1000)).toBe(Math.round(sum(before) * 1000));
  });

  test('a lost heart is seen to beat', () => {
    const { annotations, spans } = traced(runOf('losesHeartbeat'));
    const beats = annotations.type.flatMap((type, i) => (type === 'heartbeat' ? [annotations.span[i]] : []));
    expect(beats.length).toBeGreaterThan(4);
    expect(beats.every((row) => spans.kind[row] === KIND.attempt && spanNameAt(spans, row).startsWith('attempt'))).toBe(
      true,
    );
  });
});
