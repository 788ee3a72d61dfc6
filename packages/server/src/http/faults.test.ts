import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, send, startTestServer, WAIT } from '../../testing/harness.ts';

const withId = z.looseObject({ id: z.string() });

/** A log that lets a test wait for a line of the database. */
function watchedLog() {
  const waiting: { readonly type: string; readonly done: (line: Record<string, unknown>) => void }[] = [];
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'info' },
    {
      write: (text: string) => {
        const line = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
        lines.push(line);
        const [found] = waiting.filter(({ type }) => type === line['type']);
        if (!found) return;
        waiting.splice(waiting.indexOf(found), 1);
        found.done(line);
      },
    },
  );
  const next = (type: string): Promise<Record<string, unknown>> =>
    new Promise((done) => {
      waiting.push({ type, done });
    });
  return { logger, lines, next };
}

describe('while the database is away', () => {
  it('answers 503, and loses nothing of what runs', { timeout: 120_000 }, async () => {
    const log = watchedLog();
    const test = await startTestServer({ log: log.logger });
    try {
      const pid = z
        .object({ pid: z.number() })
        .parse(log.lines.find((line) => line['type'] === 'database_started')).pid;
      await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
      const nodes = [
        { id: 'before', type: 'transform', with: { value: 1 } },
        { id: 'during', type: 'delay', dependsOn: ['before'], with: { ms: 100 } },
        { id: 'after', type: 'transform', dependsOn: ['during'], with: { value: 2 } },
      ];
      const made = await test.call('/api/workflows', { json: { definition: { name: 'steady', nodes } } });
      const started = await test.call(`/api/workflows/${withId.parse(made.body).id}/execute`, { method: 'POST' });
      const { id } = withId.parse(started.body);

      const gone = log.next('database_exited');
      const back = log.next('database_started');
      process.kill(pid, 'SIGKILL');
      await gone;
      const paths = ['/readyz', '/api/workspaces', `/api/workflows/executions/${id}`, '/healthz'];
      const answers = await Promise.all(paths.map((path) => test.call(path)));
      expect(answers.pop()?.status).toBe(200);
      for (const { status, body, headers } of answers) {
        expect([status, body]).toEqual([503, expect.objectContaining({ code: 'database_unavailable' })]);
        expect(headers.get('retry-after')).toMatch(/^\d+$/);
      }

      await back;
      await test.server.executions.settled(id);
      const { body } = await test.call(`/api/workflows/executions/${id}/timeline`);
      expect(body).toMatchObject({ status: 'completed', step_count: 3, completed_step_count: 3 });
      expect((await test.call('/readyz')).status).toBe(200);
    } finally {
      await test.close();
    }
  });
});

describe('after a server was killed', () => {
  it(
    'the next one says what was interrupted and has everything that was acknowledged',
    { timeout: 120_000 },
    async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-killed-'));
      const serve = fileURLToPath(new URL('../../testing/serve.ts', import.meta.url));
      const first = spawn(process.execPath, ['--conditions=@flowprof/source', '--import', 'tsx', serve, dataDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const [line] = z.tuple([z.instanceof(Buffer)]).parse(await once(first.stdout, 'data'));
        const url = line.toString('utf8').trim();
        await send(url, '/api/workspaces', { json: { slug: 'only', name: 'Only' } });
        const ids: string[] = [];
        for (const definition of [DOUBLE, WAIT, WAIT]) {
          const workflow = withId.parse((await send(url, '/api/workflows', { json: { definition } })).body).id;
          const execution = await send(url, `/api/workflows/${workflow}/execute`, { method: 'POST' });
          expect(execution.status).toBe(202);
          ids.push(withId.parse(execution.body).id);
        }
        first.kill('SIGKILL');
        await once(first, 'exit');

        const second = await startTestServer({ dataDir });
        try {
          const interrupted = second.server.interrupted.map((execution) => execution.id);
          expect(interrupted).toEqual(expect.arrayContaining(ids.slice(1)));
          for (const id of ids) {
            const { status, body } = await second.call(`/api/workflows/executions/${id}`);
            expect(status).toBe(200);
            const expected = interrupted.includes(id)
              ? { status: 'failed', error_code: 'interrupted' }
              : { status: 'completed' };
            expect(body).toMatchObject(expected);
          }
        } finally {
          await second.server.close();
        }
      } finally {
        if (first.exitCode === null) first.kill('SIGKILL');
        await rm(dataDir, { recursive: true, force: true });
      }
    },
  );
});
