import { describe, expect, test } from 'vitest';
import { only } from '../../testing/at.ts';
import { taskOfTries, TaskTraceBuilder, type Task, type TaskAttempt } from '../formats/tasks.ts';
import type { Status } from '../trace/status.ts';
import { toEpochMicros } from '../units.ts';
import { buildProfile, type Profile } from './profile.ts';

const T0 = 1_700_000_000_000_000;
const at = (seconds: number) => toEpochMicros(T0 + seconds * 1_000_000);

function tried(key: string, from: number, to: number, status: Status, more: Partial<TaskAttempt> = {}): Task {
  return { key, name: key, type: 'pod', attempts: [{ started: at(from), ended: at(to), status, ...more }] };
}

/** The profile of a container of tries, with a task after it. */
function profileOf(container: Partial<Task>, ...tries: readonly Task[]): Profile {
  const builder = new TaskTraceBuilder({ sourceFormat: 'test', name: 'run' });
  builder.add({ key: 'step', name: 'step', type: 'retry', attempts: [], ...container });
  for (const one of tries) builder.add({ ...one, parentKey: 'step' });
  builder.add({ ...tried('after', 20, 22, 'completed'), dependsOn: ['step'] });
  return buildProfile(builder.finish());
}

// As Argo has them: a node of type Retry around its pods, without a word on what lay between.
const around = (status: Status): Partial<Task> => ({
  attempts: [{ started: at(0), ended: at(20), status }],
  metadata: { retry: { policy: 'OnFailure', max_attempts: 3 } },
});

describe('tries that are nodes in a container', () => {
  test('are one node that was tried again, and what lies between is its backoff', () => {
    const profile = profileOf(
      around('completed'),
      tried('step(0)', 0, 5, 'failed'),
      tried('step(1)', 7, 10, 'failed'),
      tried('step(2)', 14, 20, 'completed'),
    );
    expect(profile.counts).toMatchObject({ nodes: 5, leaf_nodes: 4, attempts: 4 });
    expect(profile.work_ms).toBe(16_000);
    expect(only(profile.retries)).toEqual({
      id: 'step',
      name: 'step',
      attempts: 3,
      verdict: 'expected',
      reason: 'succeeded on attempt 3 of 3',
      cost_ms: 8000 + 6000,
      critical_ms: 8000 + 6000,
    });
    expect(profile.accounting?.causes).toMatchObject({ failed_attempts: 8000, retry_backoff: 6000, work: 8000 });
    expect(profile.critical_path?.items.map(({ id }) => id)).toEqual(['step(0)', 'step(1)', 'step(2)', 'after']);
    expect(profile.insights.map(({ rule }) => rule)).not.toContain('backoff_larger_than_work');
  });

  test('that all failed are unexpected, and their time is no work', () => {
    const profile = profileOf(
      around('failed'),
      tried('step(0)', 0, 5, 'failed'),
      tried('step(1)', 5, 10, 'failed'),
      tried('step(2)', 10, 20, 'failed'),
    );
    expect(only(profile.retries)).toMatchObject({
      verdict: 'unexpected',
      reason: 'all 3 attempts failed',
      cost_ms: 20_000,
      critical_ms: 20_000,
    });
    expect(profile.accounting?.causes).toMatchObject({ failed_attempts: 20_000, work: 2000 });
  });

  test('of a policy that does not try again after such an error', () => {
    const policy = { policy: 'OnError', max_attempts: 5, on: ['E1'] };
    const profile = profileOf(
      { ...around('failed'), metadata: { retry: policy } },
      tried('step(0)', 0, 5, 'failed', { error: { code: 'E1', message: '' } }),
      tried('step(1)', 5, 20, 'failed', { error: { code: 'E2', message: '' } }),
    );
    expect(only(profile.retries)).toMatchObject({ attempts: 2, reason: 'the policy does not try again after E2' });
  });

  test('a single one that failed at once, in spite of a policy', () => {
    const profile = profileOf(around('failed'), tried('step(0)', 0, 20, 'failed'));
    expect(only(profile.retries)).toMatchObject({ attempts: 1, verdict: 'unexpected' });
  });

  test('and a single one that went well is nothing to tell of', () => {
    expect(profileOf(around('completed'), tried('step(0)', 0, 20, 'completed')).retries).toEqual([]);
  });

  test('that did not run yet are not counted', () => {
    const waiting: Task = { key: 'step(1)', name: 'step(1)', type: 'pod', attempts: [], status: 'pending' };
    expect(profileOf(around('running'), tried('step(0)', 0, 5, 'failed'), waiting).retries).toEqual([]);
  });

  test('whose container draws the waits between them (Nextflow): on the path they are backoff', () => {
    const tries = [
      tried('step#1', 0, 5, 'failed', { submitted: at(0) }),
      tried('step#2', 12, 20, 'completed', { submitted: at(8) }),
    ];
    const profile = profileOf(taskOfTries('step', 'step', tries, { policy: 'retry', max_attempts: 2 }), ...tries);
    expect(only(profile.retries)).toMatchObject({ attempts: 2, verdict: 'expected', cost_ms: 8000 });
    expect(profile.execution.status).toBe('completed');
    expect(profile.accounting?.causes).toMatchObject({
      queue: 4000,
      work: 10_000,
      failed_attempts: 5000,
      retry_backoff: 3000,
    });
  });

  test('may be containers themselves, as where Argo tries a whole DAG again', () => {
    const builder = new TaskTraceBuilder({ sourceFormat: 'test', name: 'run' });
    builder.add({
      key: 'step',
      name: 'step',
      type: 'retry',
      ...around('completed'),
      attempts: [{ started: at(0), ended: at(9), status: 'completed' }],
    });
    for (const [i, from] of [0, 6].entries()) {
      const status = i === 0 ? 'failed' : 'completed';
      builder.add({ ...tried(`dag(${i})`, from, from + 3, status), type: 'group', parentKey: 'step' });
      builder.add({ ...tried(`pod(${i})`, from, from + 2, status), parentKey: `dag(${i})` });
    }
    expect(only(buildProfile(builder.finish()).retries)).toMatchObject({ id: 'step', attempts: 2, cost_ms: 6000 });
  });
});

test('a node that has used up its attempts has made them, though the source shows the last one alone', () => {
  const builder = new TaskTraceBuilder({ sourceFormat: 'test', name: 'run' });
  const retry = { policy: 'server', max_attempts: 3, state: 'MaximumAttemptsReached' };
  builder.add({ ...tried('child', 0, 2, 'failed'), metadata: { retry } });
  expect(only(buildProfile(builder.finish()).retries)).toMatchObject({
    attempts: 3,
    verdict: 'unexpected',
    reason: 'all 3 attempts failed',
  });
});
