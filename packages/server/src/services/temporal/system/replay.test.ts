import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import root from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { systemBundle } from './bundle.ts';

const FOLDER = new URL('../../../../testing/temporal/histories/', import.meta.url);
const texts = z.array(z.string());

let workflowBundle: NonNullable<ReplayWorkerOptions['workflowBundle']>;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  workflowBundle = await systemBundle();
});

it.each(readdirSync(FOLDER))('coordinators that began as %s says go on with this code', async (file) => {
  const { History } = root.temporal.api.history.v1;
  const histories = texts.parse(JSON.parse(gunzipSync(readFileSync(new URL(file, FOLDER))).toString('utf8')));
  expect(histories.length).toBeGreaterThan(2);
  for (const text of histories) {
    await Worker.runReplayHistory({ workflowBundle }, History.decode(Buffer.from(text, 'base64')));
  }
});
