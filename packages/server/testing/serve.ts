/**
 * Serves until SIGTERM, or until it is killed; says where on stdout and logs JSON lines on stderr. For tests that kill it:
 * `serve.ts <data folder> [address of the demo service]`.
 */
import { DemoServices } from '../src/demo/demo-services.ts';
import { startServer } from '../src/http/server.ts';
import { systemClock } from '../src/services/system.ts';
import { fixedService } from './fixed-service.ts';

const [, , dataDir = '', demo] = process.argv;
const server = await startServer({
  host: '127.0.0.1',
  port: 0,
  dataDir,
  services: demo === undefined ? new DemoServices(systemClock) : fixedService(demo),
  log: 'info',
  alertHosts: process.env['FLOWPROF_ALERT_HOSTS']?.split(',') ?? [],
});
process.stdout.write(`${server.url}\n`);
process.once('SIGTERM', () => void server.close());
