import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@flowprof/store';
import { expect, it } from 'vitest';
import { otlpRequest, newTraceId, testTrace } from '../../testing/otlp-spans.ts';
import { ServerProcess } from '../../testing/server-process.ts';
import { seededRandom, seedOf } from '../demo/random.ts';
import { systemClock, systemRandom } from '../services/system.ts';

const KILLS = 3;
const CHILDREN = 4;
const PAGE = { skip: 0, limit: 1000 };
/** After this executions are made of what was sent last. */
const SETTLED_MS = 60_000;

/** Sends traces, each in two requests, until one gets no answer; notes those that were answered. */
async function sendUntilKilled(
  server: ServerProcess,
  acknowledged: Map<string, number>,
  sent: Set<string>,
): Promise<void> {
  for (;;) {
    const traceId = newTraceId();
    const [root, ...rest] = testTrace(traceId, CHILDREN, 'POST /killed');
    sent.add(traceId);
    for (const part of [rest, root === undefined ? [] : [root]]) {
      try {
        const answer = await server.call('/v1/traces', { method: 'POST', json: otlpRequest(part) });
        if (answer.status !== 200) return;
        acknowledged.set(traceId, (acknowledged.get(traceId) ?? 0) + part.length);
      } catch {
        return;
      }
    }
  }
}

it(
  'spans that were acknowledged survive kills of the server at any moment, and become executions once',
  { timeout: 240_000 },
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-otlp-'));
    const random = seededRandom(seedOf('otlp kills'));
    const acknowledged = new Map<string, number>();
    const sent = new Set<string>();
    for (let kill = 0; kill < KILLS; kill++) {
      const server = await ServerProcess.start(dataDir, 'http://127.0.0.1:9');
      await server.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
      const senders = [1, 2, 3].map(() => sendUntilKilled(server, acknowledged, sent));
      const until = acknowledged.size + random.integer(10, 150);
      await expect.poll(() => acknowledged.size >= until, { timeout: SETTLED_MS, interval: 20 }).toBe(true);
      await server.kill();
      await Promise.all(senders);
    }
    const last = await ServerProcess.start(dataDir, 'http://127.0.0.1:9');
    const backlog = async (): Promise<number> => {
      const { text } = await last.call('/metrics');
      return Number(/^flowprof_otlp_backlog\{of="spans"\} (\d+)/m.exec(text)?.[1] ?? Number.NaN);
    };
    await expect.poll(backlog, { timeout: SETTLED_MS, interval: 500 }).toBe(0);
    await last.stop();

    const store = await openStore({ dataDir, clock: systemClock, random: systemRandom, log: () => undefined });
    try {
      const [workspace] = await store.listWorkspaces();
      const tenant = store.tenant(workspace?.id ?? '');
      const ids: string[] = [];
      for (let skip = 0; ; skip += PAGE.limit) {
        const { items } = await tenant.listExecutions({ ...PAGE, skip });
        ids.push(...items.map(({ externalId }) => externalId ?? ''));
        if (items.length < PAGE.limit) break;
      }
      const made = new Set(ids);
      expect(ids).toHaveLength(made.size);
      expect(acknowledged.size).toBeGreaterThan(20);
      expect([...acknowledged.keys()].filter((id) => !made.has(id))).toEqual([]);
      expect(ids.filter((id) => !sent.has(id))).toEqual([]);
      for (const [traceId, spans] of [...acknowledged].slice(-50)) {
        const id = traceId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
        expect((await tenant.getTrace(id))?.spans.length).toBeGreaterThanOrEqual(spans);
      }
      expect((await tenant.rebuildStatistics({ check: true })).differenceCount).toBe(0);
    } finally {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
);
