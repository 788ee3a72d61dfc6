import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, send, type Answer } from '../../testing/harness.ts';

const run = promisify(execFile);
const SERVE = fileURLToPath(new URL('../../testing/serve.ts', import.meta.url));
const SIZE = '192m';

/** Mounts a small disk where only the server and those who enter its namespace see it, and serves from there. */
const ON_SMALL_DISK = `mount -t tmpfs -o size=${SIZE},mode=755 tmpfs "$0" && exec "$@"`;

const withId = z.looseObject({ id: z.string() });

/** Whether this machine lets us mount anything. */
async function mayMount(): Promise<boolean> {
  return run('unshare', ['-m', 'true']).then(
    () => true,
    () => false,
  );
}

it('is read-only and honest while its disk is full, and writes again by itself', { timeout: 120_000 }, async (test) => {
  // On CI it runs, or fails.
  test.skip(!process.env['CI'] && !(await mayMount()), 'only root may mount a small disk');
  const folder = await mkdtemp(join(tmpdir(), 'flowprof-disk-'));
  const node = [process.execPath, '--conditions=@flowprof/source', '--import', 'tsx', SERVE, join(folder, 'data')];
  const child = spawn('unshare', ['-m', 'sh', '-c', ON_SMALL_DISK, folder, ...node], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  /** Does something on the server's disk. */
  const onDisk = (...command: readonly string[]): Promise<unknown> =>
    run('nsenter', ['-t', String(child.pid), '-m', ...command]).catch(() => null);
  try {
    const [said] = await once(child.stdout, 'data');
    const url = String(said).trim();
    await send(url, '/api/workspaces', { json: { slug: 'only', name: 'Only' } });
    const write = (): Promise<Answer> => {
      const value = Array.from({ length: 100 }, (_, i) => `${i * 7919}`).join(' ');
      const nodes = Array.from({ length: 100 }, (_, i) => ({ id: `n${i}`, type: 'transform', with: { value } }));
      const definition = { ...DOUBLE, nodes };
      return send(url, '/api/workflows', { json: { definition } });
    };
    const first = await write();
    expect(first.status).toBe(201);
    await onDisk('dd', 'if=/dev/zero', `of=${join(folder, 'ballast')}`, 'bs=64k');
    const refused: number[] = [];
    for (let i = 0; i < 40 && refused.length < 5; i++) {
      const { status } = await write();
      if (status !== 201) refused.push(status);
    }
    expect(refused).toHaveLength(5);
    expect(refused.filter((status) => status !== 507 && status !== 503)).toEqual([]);
    const read = await send(url, `/api/workflows/${withId.parse(first.body).id}`);
    expect(read).toMatchObject({ status: 200, body: { name: 'double' } });
    expect((await send(url, '/readyz')).status).toBe(200);

    await onDisk('rm', join(folder, 'ballast'));
    const start = performance.now();
    while ((await write()).status !== 201) continue;
    const ms = Math.round(performance.now() - start);
    process.stdout.write(`disk full: ${refused.join(', ')}; writes again ${ms} ms after there was space\n`);
    expect(ms).toBeLessThan(5000);
  } finally {
    child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
});
