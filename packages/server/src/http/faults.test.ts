import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer } from '../../testing/harness.ts';

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
