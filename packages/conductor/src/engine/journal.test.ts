import type { JournalEntry } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { createConductor, type Journal } from '../index.ts';
import { Bench, delay, statesOf, workflow } from '../testing/bench.ts';
import { drawRun } from '../testing/draw.ts';
import { VirtualTime } from '../testing/virtual-time.ts';

const NEVER = new AbortController().signal;

/** A journal that takes its time for each commit and may refuse one. */
class SlowJournal implements Journal {
  readonly commits: { readonly at: number; readonly paths: readonly string[] }[] = [];
  readonly entries: JournalEntry[] = [];
  readonly #time: VirtualTime;
  readonly #ms: number;
  readonly #refuses: number;
  #open = 0;

  constructor(time: VirtualTime, ms: number, refuses = 0) {
    this.#time = time;
    this.#ms = ms;
    this.#refuses = refuses;
  }

  async commit(_: string, entries: readonly JournalEntry[]): Promise<void> {
    this.#open++;
    expect(this.#open).toBe(1);
    this.commits.push({ at: this.#time.elapsed / 1000, paths: entries.map(({ path }) => path) });
    const number = this.commits.length;
    if (this.#ms > 0) await this.#time.timers.sleep(this.#ms, NEVER);
    this.#open--;
    if (number === this.#refuses) throw new Error('the disk is full');
    this.entries.push(...entries);
  }
}

describe('a journal', () => {
  test('what depends on a node starts only once the node is committed, and the wait is its callback', async () => {
    const bench = new Bench();
    const journal = new SlowJournal(bench.time, 3);
    const result = await bench.run(workflow(delay('a', 10), delay('b', 5, 'a'), delay('c', 1, 'b')), { journal });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 25
      a 0-13
        sleep 0-10
        callback 10-13
      b 13-21
        sleep 13-18
        callback 18-21
      c 21-25
        sleep 21-22
        callback 22-25"
    `);
    expect(journal.commits).toEqual([
      { at: 10, paths: ['a'] },
      { at: 18, paths: ['b'] },
      { at: 22, paths: ['c'] },
    ]);
  });

  test('the place of a node is free while it is committed', async () => {
    const bench = new Bench();
    const journal = new SlowJournal(bench.time, 50);
    const result = await bench.run(workflow(delay('a', 10), delay('b', 10)), { journal, concurrency: 1 });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 110
      b 0-110
        queue_wait 0-10 (concurrency: limit 1)
        sleep 10-20
        callback 20-110
      a 0-60
        sleep 0-10
        callback 10-60"
    `);
  });

  test('what ends during a commit comes together with the next', async () => {
    const bench = new Bench();
    const journal = new SlowJournal(bench.time, 10);
    await bench.run(workflow(delay('a', 1), delay('b', 2), delay('c', 3), delay('d', 4)), { journal });
    expect(journal.commits.map(({ at, paths }) => [at, ...paths])).toEqual([
      [1, 'a'],
      [11, 'b', 'c', 'd'],
    ]);
  });

  test('an entry says what is needed to go on: state, whole output, error, attempts and times', async () => {
    const bench = new Bench();
    const journal = new SlowJournal(bench.time, 0);
    await bench.run(
      workflow(
        { id: 'a', type: 'flaky', with: { failures: 1, ms: 4 }, retry: { policy: 'fixed', delayMs: 2 } },
        { ...delay('off', 5, 'a'), when: 'false' },
        { id: 'bad', type: 'fail', dependsOn: ['a'], onFailure: 'continue', with: { message: 'no', code: 'broken' } },
        { ...delay('slow', 50, 'a'), timeoutMs: 5, onFailure: 'continue' },
      ),
      { journal },
    );
    expect(journal.entries).toEqual([
      { path: 'a', status: 'completed', output: { attempts: 2 }, error: null, attempts: 2, start: 0, end: 10_000 },
      { path: 'off', status: 'skipped', output: null, error: null, attempts: 0, start: 10_000, end: 10_000 },
      {
        path: 'bad',
        status: 'failed',
        output: null,
        error: { code: 'broken', message: 'no', nodeKey: 'bad' },
        attempts: 1,
        start: 10_000,
        end: 10_000,
      },
      {
        path: 'slow',
        status: 'timeout',
        output: null,
        error: { code: 'timeout', message: expect.any(String), nodeKey: 'slow' },
        attempts: 1,
        start: 10_000,
        end: 15_000,
      },
    ]);
  });

  test('paths tell the items of loops and the calls of subworkflows apart, and leave groups out', async () => {
    const bench = new Bench();
    const journal = new SlowJournal(bench.time, 0);
    await bench.run(
      {
        ...workflow({
          id: 'g',
          type: 'group',
          nodes: [
            {
              id: 'each',
              type: 'foreach',
              with: { items: [1, 2] },
              nodes: [{ id: 'sub', type: 'subworkflow', with: { workflow: 'w', input: {} } }],
            },
          ],
        }),
        workflows: { w: workflow(delay('x', 5)) },
      },
      { journal },
    );
    expect(journal.entries.map(({ path }) => path)).toEqual(['each[0]/sub/x', 'each[1]/sub/x']);
  });

  test('a commit that is refused ends the run as failed, and nothing further starts', async () => {
    const bench = new Bench();
    const journal = new SlowJournal(bench.time, 2, 1);
    const result = await bench.run(workflow(delay('a', 10), delay('b', 5, 'a'), delay('c', 30)), { journal });
    expect(result).toMatchObject({ success: false, status: 'failed', error: { code: 'journal_failed' } });
    expect(result.error?.message).toContain('the disk is full');
    expect(statesOf(result)['b']).toBe('skipped');
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "failed at 32: journal_failed in a
      c 0-32
        sleep 0-30
        callback 30-32
      a 0-12
        sleep 0-10
        callback 10-12
      (b skipped)"
    `);
  });

  test('a cancelled run still commits what had finished', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    const journal = new SlowJournal(bench.time, 5);
    bench.time.at(12, () => abort.abort());
    const result = await bench.run(workflow(delay('a', 10), delay('b', 50), delay('c', 1, 'a')), {
      journal,
      signal: abort.signal,
    });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "cancelled at 15: cancelled
      a 0-15
        sleep 0-10
        callback 10-15
      b 0-12 cancelled
        sleep 0-12 cancelled
      (c cancelled)"
    `);
    expect(journal.entries.map(({ path }) => path)).toEqual(['a']);
  });

  test('a cancelled run waits half a minute for a journal that never answers', async () => {
    const bench = new Bench();
    const abort = new AbortController();
    bench.time.at(12, () => abort.abort());
    const result = await bench.run(workflow(delay('a', 10), delay('b', 5, 'a')), {
      journal: { commit: () => new Promise(() => {}) },
      signal: abort.signal,
    });
    expect(result).toMatchObject({ status: 'cancelled', duration: 30_012 });
    expect(statesOf(result)).toEqual({ a: 'completed', b: 'cancelled' });
  });

  test('no timer is left when a cancelled run has ended', async () => {
    const time = new VirtualTime();
    const { clock, random } = time;
    const left = new Set<AbortSignal>();
    const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
      left.add(signal);
      try {
        await time.timers.sleep(ms, signal);
      } finally {
        left.delete(signal);
      }
    };
    const conductor = createConductor({ clock, random, timers: { sleep } });
    const abort = new AbortController();
    time.at(12, () => abort.abort());
    const group = { id: 'g', type: 'group', timeoutMs: 200, nodes: [delay('x', 5)] };
    const nodes = workflow({ ...delay('a', 50), timeoutMs: 100, attemptTimeoutMs: 90 }, group);
    const journal = new SlowJournal(time, 5);
    await time.until(conductor.node.run({ ...nodes, timeoutMs: 500 }, { journal, signal: abort.signal }));
    expect(left.size).toBe(0);
  });

  test('that a tolerated group has failed is committed before what depends on it starts', async () => {
    const bench = new Bench();
    const journal = new SlowJournal(bench.time, 3);
    const nodes = [delay('a', 50)];
    const group = { id: 'g', type: 'group', timeoutMs: 10, onFailure: 'continue' as const, nodes };
    const result = await bench.run(workflow(group, delay('z', 5, 'g')), { journal });
    expect(drawRun(result)).toMatchInlineSnapshot(`
      "completed at 21
      g 0-13 timeout
        a 0-10 timeout
          sleep 0-10 timeout
        callback 10-13
      z 13-21
        sleep 13-18
        callback 18-21"
    `);
    expect(journal.entries).toMatchObject([
      { path: 'g', status: 'timeout', error: { code: 'timeout', nodeKey: 'g' }, attempts: 0, end: 10_000 },
      { path: 'z', status: 'completed' },
    ]);
  });
});
