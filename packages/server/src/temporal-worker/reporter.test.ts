import { beforeEach, describe, expect, it } from 'vitest';
import { Attempt, type AttemptInfo, type AttemptMessage } from './attempt.ts';
import { DayClock } from './clock.ts';
import { settingsOf, type ReportingOptions, type ReportingProblem } from './options.ts';
import { AttemptReporter } from './reporter.ts';
import type { Outcome } from './sender.ts';

const NONE = { isAborted: false, timedOut: false, isGone: false, workerShutdown: false };
const KEPT: Outcome = { kind: 'kept' };
const AWAY: Outcome = { kind: 'again', why: 'unreachable', message: 'flowprof cannot be reached', afterMs: null };
const REJECTED: Outcome = { kind: 'rejected', message: 'flowprof answered 400' };

let nowMs: number;
let planned: { ms: number; run: () => void }[];
let sent: (readonly AttemptMessage[])[];
let problems: ReportingProblem[];
/** What the server answers. */
let answer: (attempts: readonly AttemptMessage[]) => Outcome;
let clock: DayClock;

beforeEach(() => {
  nowMs = 0;
  planned = [];
  sent = [];
  problems = [];
  answer = () => KEPT;
  clock = new DayClock({ wall: () => 1_800_000_000_000 + Math.floor(nowMs), steady: () => nowMs });
});

function fail(): never {
  throw new Error('a fault of the options');
}

function onProblem(problem: ReportingProblem): void {
  problems.push(problem);
}

function newReporter(options: ReportingOptions = {}): AttemptReporter {
  return new AttemptReporter({
    settings: settingsOf({ onProblem, ...options }, {}),
    clock,
    later: (ms, run) => {
      const entry = { ms, run };
      planned.push(entry);
      return () => void planned.splice(planned.indexOf(entry), 1);
    },
    random: () => 1,
    send: async (attempts) => {
      sent.push(attempts);
      return answer(attempts);
    },
  });
}

function newAttempt(id: string): Attempt {
  const info: AttemptInfo = {
    activityId: id,
    activityType: 'work',
    attempt: 1,
    currentAttemptScheduledTimestampMs: 1_799_999_999_900,
    isLocal: false,
    namespace: 'default',
    scheduledTimestampMs: 1_799_999_999_000,
    startToCloseTimeoutMs: 60_000,
    taskQueue: 'queue',
    workflowExecution: { workflowId: 'w', runId: 'r' },
  };
  return new Attempt(info, { identity: null, buildId: null }, clock);
}

/** Runs what is planned next, and what comes of it. */
async function turn(): Promise<number> {
  const next = planned.shift();
  if (next === undefined) throw new Error('nothing is planned');
  nowMs += next.ms;
  next.run();
  for (let i = 0; i < 10; i++) await Promise.resolve();
  return next.ms;
}

const ids = (attempts: readonly AttemptMessage[] = []) => attempts.map(({ activity_id: id }) => id);

describe('the reporter', () => {
  it('tells of an attempt once where it ends before its turn, and twice where it does not', async () => {
    const reporter = newReporter();
    const [short, long] = [newAttempt('short'), newAttempt('long')];
    reporter.began(short);
    reporter.began(long);
    nowMs = 12.5;
    short.completed(NONE);
    reporter.over(short);
    expect(await turn()).toBe(1000);
    expect(sent.map(ids)).toEqual([['short', 'long']]);
    expect(sent[0]?.map(({ status }) => status)).toEqual(['completed', 'running']);
    expect(sent[0]?.[0]).toMatchObject({ started_ms: 1_800_000_000_000.5, ended_ms: 1_800_000_000_013 });
    expect(planned).toEqual([]);
    long.failed(new TypeError('no'), NONE);
    reporter.over(long);
    await turn();
    expect(sent[1]).toMatchObject([{ activity_id: 'long', status: 'failed', error: { code: 'TypeError' } }]);
    expect(reporter.waiting).toBe(0);
  });

  it('tries again with longer and longer pauses, and tells of the problem once a minute', async () => {
    const reporter = newReporter();
    reporter.began(newAttempt('a'));
    answer = () => AWAY;
    const pauses: number[] = [];
    for (let i = 0; i < 9; i++) pauses.push(await turn());
    expect(pauses).toEqual([1000, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(problems.map(({ kind }) => kind)).toEqual(['unreachable', 'unreachable', 'unreachable']);
    answer = () => KEPT;
    await turn();
    expect(reporter.waiting).toBe(0);
  });

  it('leaves a server alone for as long as that asks', async () => {
    const reporter = newReporter();
    reporter.began(newAttempt('a'));
    answer = () => ({ kind: 'again', why: 'busy', message: 'flowprof answered 503', afterMs: 45_000 });
    await turn();
    expect(await turn()).toBe(45_000);
  });

  it('holds no more than it may: running ones go first, then the newest', async () => {
    const reporter = newReporter({ most: 3 });
    answer = () => AWAY;
    const attempts = ['a', 'b', 'c', 'd', 'e'].map(newAttempt);
    for (const attempt of attempts) reporter.began(attempt);
    expect(reporter.waiting).toBe(3);
    for (const attempt of attempts) {
      attempt.completed(NONE);
      reporter.over(attempt);
      expect(reporter.waiting).toBeLessThanOrEqual(3);
    }
    await turn();
    expect(ids(sent[0])).toEqual(['a', 'b', 'c']);
    expect(problems).toMatchObject([{ kind: 'lost', attempts: 1 }, { kind: 'unreachable' }]);
  });

  it('finds the one that is not taken, and leaves out no other', async () => {
    const reporter = newReporter();
    for (let i = 0; i < 9; i++) {
      const attempt = newAttempt(String(i));
      attempt.completed(NONE);
      reporter.over(attempt);
    }
    const taken = new Set<string>();
    answer = (attempts) => {
      if (ids(attempts).includes('5')) return REJECTED;
      for (const id of ids(attempts)) taken.add(id);
      return KEPT;
    };
    while (planned.length > 0) await turn();
    expect([...taken].sort()).toEqual(['0', '1', '2', '3', '4', '6', '7', '8']);
    expect(problems).toMatchObject([{ kind: 'rejected', attempts: 1 }]);
  });

  it('holds the times of a bounded number of heartbeats, and counts the others', async () => {
    const reporter = newReporter();
    const attempt = newAttempt('a');
    reporter.began(attempt);
    for (let beat = 0; beat < 1500; beat++) reporter.heartbeat(attempt);
    await turn();
    expect(sent[0]?.[0]?.heartbeats_ms).toHaveLength(1000);
    expect(sent[0]?.[0]?.heartbeat_count).toBe(1500);
    // A running one with heartbeats is told of again, now and then.
    expect(planned).toEqual([]);
    nowMs += 10_000;
    reporter.heartbeat(attempt);
    await turn();
    expect(sent[1]?.[0]?.heartbeat_count).toBe(1501);
  });

  it('sends what the owner of the worker lets it send', async () => {
    const reporter = newReporter({
      redact: (attempt) => (attempt.activity_id === 'secret' ? null : { ...attempt, identity: 'someone' }),
      errorMessages: false,
    });
    for (const id of ['secret', 'open']) {
      const attempt = newAttempt(id);
      attempt.failed(new Error('the password is swordfish'), NONE);
      reporter.over(attempt);
    }
    await turn();
    expect(sent[0]).toMatchObject([
      { activity_id: 'open', identity: 'someone', error: { code: 'Error', message: '' } },
    ]);
    expect(reporter.waiting).toBe(0);
  });

  it('goes on where whoever prepares attempts or hears of problems fails', async () => {
    const reporter = newReporter({ redact: fail, onProblem: fail });
    const attempt = newAttempt('a');
    attempt.completed(NONE);
    reporter.over(attempt);
    await turn();
    expect(sent).toEqual([]);
    expect(reporter.waiting).toBe(0);
  });
});

describe('how an attempt ended', () => {
  class CancelledFailure extends Error {
    override readonly name = 'CancelledFailure';
  }
  class CompleteAsyncError extends Error {
    override readonly name = 'CompleteAsyncError';
  }
  const cases: readonly [string, unknown, Partial<typeof NONE>, Partial<AttemptMessage>][] = [
    ['an error', new RangeError('far'), {}, { status: 'failed', error: { code: 'RangeError', message: 'far' } }],
    ['what is no error', 'why', {}, { status: 'failed', error: { code: 'Error', message: 'why' } }],
    ['cancelled', new CancelledFailure('C'), { isAborted: true }, { status: 'cancelled' }],
    ['an error while cancelled', new Error('x'), { isAborted: true }, { status: 'failed' }],
    ['a cancellation of its own', new CancelledFailure('C'), {}, { status: 'failed' }],
    ['too late', new CancelledFailure('C'), { isAborted: true, timedOut: true }, { status: 'timeout' }],
    [
      'shut down',
      new CancelledFailure('C'),
      { isAborted: true, workerShutdown: true },
      { status: 'cancelled', error: { code: 'WorkerShutdown', message: 'the worker was shut down meanwhile' } },
    ],
    ['completed elsewhere', new CompleteAsyncError(), {}, { status: 'running', ended_ms: null, error: null }],
  ];
  it.each(cases)('%s', (_, error, cancellation, expected) => {
    const attempt = newAttempt('a');
    attempt.failed(error, { ...NONE, ...cancellation });
    expect(attempt.isOver).toBe(true);
    expect(attempt.message()).toMatchObject(expected);
  });
});

describe('the clock', () => {
  it('is finer than the time of day, never further from it than three milliseconds, and follows where it is set', () => {
    let [day, ran] = [1_800_000_000_000, 5000];
    const both = new DayClock({ wall: () => Math.floor(day), steady: () => ran });
    let before = both.nowMs();
    let [furthest, furthestBack] = [0, 0];
    for (let i = 0; i < 100_000; i++) {
      // A clock that runs a thousandth too fast.
      day += 0.1001;
      ran += 0.1;
      const now = both.nowMs();
      furthest = Math.max(furthest, Math.abs(now - day));
      furthestBack = Math.max(furthestBack, before - now);
      before = now;
    }
    expect(furthest).toBeLessThan(3.1);
    expect(furthestBack).toBeLessThan(3.1);
    day += 3_600_000;
    expect(Math.abs(both.nowMs() - day)).toBeLessThan(1);
  });
});

describe('the options', () => {
  it.each([
    [{}, {}, 'http://127.0.0.1:7420/api/v1/temporal/attempts'],
    [
      { workspace: 'a b' },
      { FLOWPROF_URL: 'https://x.example/flow' },
      'https://x.example/flow/api/v1/workspaces/a%20b/temporal/attempts',
    ],
    [
      {},
      { FLOWPROF_URL: '', FLOWPROF_WORKSPACE: 'team' },
      'http://127.0.0.1:7420/api/v1/workspaces/team/temporal/attempts',
    ],
  ])('%j with %j send to %s', (options, env, endpoint) => {
    expect(settingsOf(options, env).endpoint.href).toBe(endpoint);
  });

  it('come from the environment where they are not given', () => {
    expect(settingsOf({}, { FLOWPROF_API_KEY: 'k', FLOWPROF_REPORTING: 'off' })).toMatchObject({
      headers: { authorization: 'Bearer k' },
      isEnabled: false,
    });
    expect(() => settingsOf({ url: 'nowhere' }, {})).toThrow(TypeError);
  });
});
