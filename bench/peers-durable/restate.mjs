// Restate: its server, and the service that it calls, run by the suite in a process of its own, then a message for each run.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer as createHttp2 } from 'node:http2';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import * as restate from '@restatedev/restate-sdk';

// The SDK calls it, and Node 20 does not have it.
Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new this((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const step = async (i) => ({ n: i, text: 'hello world' });

const service = restate.service({
  name: 'bench',
  handlers: {
    chain: async (ctx, { rounds }) => {
      for (let i = 0; i < rounds; i++) await ctx.run(`n${i}`, () => step(i));
      return rounds;
    },
    fanOut: async (ctx, { rounds, width }) => {
      for (let round = 0; round < rounds; round++) {
        const steps = Array.from({ length: width }, (_, i) => ctx.run(`n${round}.${i}`, () => step(i)));
        await restate.RestatePromise.all(steps);
      }
      return rounds * width;
    },
  },
});

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const folder = mkdtempSync(path.resolve('restate-'));
const [ingress, admin, node, own] = [await freePort(), await freePort(), await freePort(), await freePort()];
createHttp2(restate.createEndpointHandler({ services: [service] })).listen(own, '127.0.0.1');

const require = createRequire(createRequire(import.meta.url).resolve('@restatedev/restate-server/package.json'));
const packaged = `@restatedev/restate-server-${process.platform}-${process.arch}/package.json`;
const binary = path.join(path.dirname(require.resolve(packaged)), 'bin/restate-server');
const env = {
  ...process.env,
  RESTATE_BASE_DIR: folder,
  RESTATE_LISTEN_MODE: 'tcp',
  RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
  RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
  RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
  RESTATE_LOG_FILTER: 'error',
  DO_NOT_TRACK: '1',
};
// In a session of its own, as PostgreSQL's processes are: Linux shares the processors between sessions.
const server = spawn(binary, ['--no-logo'], { env, cwd: folder, stdio: 'ignore', detached: true });
const end = () => {
  server.kill('SIGKILL');
  process.exit(0);
};
server.on('exit', () => process.exit(1));
process.on('disconnect', end);

const post = async (url, body) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
};

for (let left = 300; ; left--) {
  try {
    await post(`http://127.0.0.1:${admin}/deployments`, { uri: `http://127.0.0.1:${own}` });
    break;
  } catch (error) {
    if (left === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
process.on('message', ({ kind, rounds, width }) => {
  void post(`http://127.0.0.1:${ingress}/bench/${kind}`, { rounds, width }).then((steps) => process.send(steps));
});
process.send('ready');
