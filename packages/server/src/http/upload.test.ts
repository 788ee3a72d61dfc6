import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sweepUploads } from './upload.ts';

it('removes what killed servers left of their uploads, and nothing of those that run', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const left = mkdtempSync(join(tmpdir(), `flowprof-upload-${pid}-`));
  const live = mkdtempSync(join(tmpdir(), `flowprof-upload-${process.pid}-`));
  writeFileSync(join(left, 'file'), 'half a file');
  await sweepUploads();
  expect([existsSync(left), existsSync(live)]).toEqual([false, true]);
  rmSync(live, { recursive: true });
});
