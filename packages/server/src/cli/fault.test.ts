import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testIo } from '../../testing/in-process.ts';
import { runCli } from './program.ts';

it('a server in whose process nobody caught a fault logs it, stops as after Ctrl-C and exits with 1', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-fault-'));
  try {
    const { io, written } = testIo({ env: { FLOWPROF_DATA_DIR: dataDir, PORT: '0' } });
    const listeners = new Set<(error: unknown) => void>();
    let url = '';
    const started = new EventEmitter();
    const serving = once(started, 'serving');
    const out: typeof io.out = {
      ...io.out,
      write: (text) => {
        url = /serves (\S+)/.exec(text)?.[1] ?? url;
        if (url !== '') started.emit('serving');
      },
    };
    const onFault = (listener: (error: unknown) => void): void => void listeners.add(listener);
    const ended = runCli(['start', '--port', '0', '--data-dir', dataDir], { ...io, out, onFault });
    await serving;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    for (const listener of listeners) listener(new Error('nobody caught this'));
    expect(await ended).toBe(1);
    expect(written.err).toMatch(/"level":60.*"message":"nobody caught this".*the server stops/);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
