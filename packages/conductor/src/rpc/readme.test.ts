import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { runFarAway, server } from '../../testing/rpc-example.ts';

afterAll(() => {
  server.close();
});

it('the example of the README runs', async () => {
  const example = readFileSync(new URL('../../testing/rpc-example.ts', import.meta.url), 'utf8');
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const shown = example.replace('\nexport { server };\n', '').replaceAll('export async', 'async');
  expect(readme).toContain(`\`\`\`ts\n${shown}\`\`\``);
  if (server.address() === null) await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const executionId = randomUUID();
  expect(await runFarAway(`ws://127.0.0.1:${address.port}`, executionId)).toBe(executionId);
});
