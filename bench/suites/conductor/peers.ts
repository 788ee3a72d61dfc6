import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from '@flowprof/conductor';
import type { Task } from '../../suite.ts';
import { layered, type Shape } from './graphs.ts';

type Run = () => Promise<unknown>;

const folder = join(import.meta.dirname, '../../peers');
const isFunction = z.custom<(graph: Shape) => Run>((value) => typeof value === 'function');
const peers = z.object({ engines: z.array(z.object({ name: z.string(), nodes: z.number(), prepare: isFunction })) });

/** The other engines on the layered graph, or none, said aloud, when they are not installed. */
export async function peerTasks(): Promise<Task[]> {
  if (!existsSync(join(folder, 'node_modules'))) {
    console.log('\nthe other engines are not installed and left out: npm run bench:peers');
    return [];
  }
  const { engines } = peers.parse(await import(pathToFileURL(join(folder, 'engines.mjs')).href));
  return engines.map(({ name, nodes, prepare }) => ({
    name: `${name}, layered, ${nodes}`,
    steps: nodes,
    run: prepare(layered(nodes)),
  }));
}
