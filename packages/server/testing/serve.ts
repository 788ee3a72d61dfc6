/** Serves until it is killed; says where on stdout. For tests that kill it: `serve.ts <data folder>`. */
import { pino } from 'pino';
import { DemoServices } from '../src/demo/demo-services.ts';
import { startServer } from '../src/http/server.ts';
import { systemClock } from '../src/services/system.ts';

const server = await startServer({
  host: '127.0.0.1',
  port: 0,
  dataDir: process.argv[2] ?? '',
  services: new DemoServices(systemClock),
  log: pino({ level: 'silent' }),
});
process.stdout.write(`${server.url}\n`);
