import { randomFillSync, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { toEpochMicros } from '@flowprof/model';
import { expect, it } from 'vitest';
import { openStore } from './index.ts';
import { temporaryFolder } from './testing/support.ts';

async function example(dataDir: string): Promise<string | undefined> {
  const store = await openStore({
    dataDir,
    clock: { now: () => toEpochMicros(Date.now() * 1000) },
    random: (into) => randomFillSync(into),
    log: () => undefined,
  });
  const workspace = await store.createWorkspace({ slug: 'demo', name: 'Demo' });
  const tenant = store.tenant(workspace.id);
  const workflow = await tenant.createWorkflow({ name: 'hello', description: null, definition: { nodes: [] } });
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId: workflow.id, input: {}, trigger: 'manual' });
  await tenant.recordEvents(id, [{ type: 'warning', code: 'missing_time', example: 'line 3' }]);
  const trace = await tenant.getTrace(id);
  await store.close();
  return trace?.execution.name;
}

it('does what the README shows, word for word', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const own = await readFile(new URL(import.meta.url), 'utf8');
  const shown = /```ts\n(.*?)```/s.exec(readme)?.[1]?.trim() ?? '';
  const body = /async function example.*?\{\n(.*?)\n {2}return/s.exec(own)?.[1] ?? 'none';
  expect(shown).toContain(body.replaceAll(/^ {2}/gm, ''));
  const { folder, remove } = await temporaryFolder();
  expect(await example(folder)).toBe('hello');
  await remove();
});
