import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildProfile, readTraceFile, writeTraceFile, type Profile } from '@flowprof/model';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { inProcess } from '../../testing/in-process.ts';

const failing = fileURLToPath(new URL('../../../../fixtures/workflows/failing.json', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowprof-round-trip-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a command line writes to stdout. */
async function outputOf(...args: string[]): Promise<string> {
  return (await inProcess(args)).out;
}

async function profileOfFile(content: Uint8Array): Promise<Profile> {
  const [trace] = await readTraceFile(content);
  if (trace === undefined) throw new Error('there is no execution in the file');
  return buildProfile(trace);
}

test('the trace that a run writes gives the profile of the run; through Chrome format its times and causes', async () => {
  const own = join(folder, 'run.json');
  const ofRun = await outputOf('run', failing, '--quiet', '--trace', own);
  const ofFile = await outputOf('profile', own);
  expect(ofFile).toContain('Look Up Item');
  expect(ofRun.startsWith(ofFile)).toBe(true);

  const before = await profileOfFile(readFileSync(own));
  const [trace] = await readTraceFile(readFileSync(own));
  const chrome = trace === undefined ? new Uint8Array(0) : await writeTraceFile(trace, 'chrome');
  const after = await profileOfFile(chrome);
  expect(before.accounting?.causes.failed_attempts).toBeGreaterThan(0);
  expect(after).toMatchObject({
    makespan_ms: before.makespan_ms,
    work_ms: before.work_ms,
    accounting: { total_ms: before.accounting?.total_ms },
    counts: { spans: before.counts.spans, attempts: before.counts.attempts, leaf_nodes: before.counts.leaf_nodes },
  });
  expect(after.accounting?.causes.failed_attempts).toBeGreaterThan(0);
  expect(after.critical_path?.kind).toBe('spans');
});
