import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { otlpRequest, newTraceId, testTrace } from '@flowprof/store/testing';
import { startTestServer } from '../../testing/harness.ts';
import { Rounds } from '../../testing/rounds.ts';
import { ServerProcess } from '../../testing/server-process.ts';
import { seededRandom, seedOf } from '../demo/random.ts';
import { measureBacklog } from '../services/otlp/backlog.ts';
import { systemClock } from '../services/system.ts';

const KILLS = 3;
const CHILDREN = 4;
const PAGE = { skip: 0, limit: 1000 };

/** Sends traces, each in two requests, until one gets no answer; notes those that were answered. */
async function sendUntilKilled(
  server: ServerProcess,
  acknowledged: Map<string, number>,
  sent: Set<string>,
  onAnswer: () => void,
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
        onAnswer();
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
      const until = acknowledged.size + random.integer(10, 150);
      const kills: Promise<void>[] = [];
      const onAnswer = (): void => {
        if (acknowledged.size >= until && kills.length === 0) kills.push(server.kill());
      };
      await Promise.all([1, 2, 3].map(() => sendUntilKilled(server, acknowledged, sent, onAnswer)));
      await Promise.all(kills);
    }
    const rounds = new Rounds();
    const last = await startTestServer({ dataDir, timers: rounds });
    try {
      const { store } = last.server;
      await rounds.until(
        () => measureBacklog(store, systemClock),
        ({ spans }) => spans === 0,
      );
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
      await last.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
);
