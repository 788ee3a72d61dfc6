import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { startTemporalServer, type TemporalServer } from '../../scripts/lib/temporal-server.ts';

const ROOT = join(import.meta.dirname, '../..');
const KEEPER = join(ROOT, 'packages/server/testing/temporal-zoo.ts');

/** A run that was started in the zoo. */
interface StartedRun {
  readonly kind: string;
  readonly workflowId: string;
  readonly runId: string;
}

/** A Temporal server of its own, and a worker on it that runs workflows of every kind and reports its attempts. */
export interface Zoo {
  readonly server: TemporalServer;
  /** Starts workflows of these kinds. */
  start(...kinds: readonly string[]): Promise<readonly StartedRun[]>;
  close(): Promise<void>;
}

function isRun(value: unknown): value is StartedRun {
  return typeof value === 'object' && value !== null && 'workflowId' in value && 'runId' in value;
}

/** @param url of the flowprof that is told of attempts */
export async function openZoo(url: string): Promise<Zoo> {
  const server = await startTemporalServer();
  const args = ['--conditions=@flowprof/source', '--import', 'tsx', KEEPER, server.address, 'zoo', url, 'demo'];
  const keeper = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(keeper.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line: IteratorResult<string, unknown> = await lines.next();
    if (line.done === true) throw new Error('the worker of the zoo has ended');
    return line.value;
  };
  if ((await next()) !== 'ready') throw new Error('the worker of the zoo is not ready');
  return {
    server,
    async start(...kinds) {
      keeper.stdin.write(`${kinds.join(' ')}\n`);
      const runs: unknown = JSON.parse(await next());
      return Array.isArray(runs) ? runs.filter(isRun) : [];
    },
    async close() {
      const ended = once(keeper, 'exit');
      keeper.stdin.end();
      await ended;
      await server.close();
    },
  };
}
