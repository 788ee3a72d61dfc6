import { NONE, statusOf, type Status, type Trace } from '@flowprof/model';

/** Where the nodes inside a container count their paths from. */
function insideOf(type: string, path: string, prefix: string): string {
  if (type === 'group') return prefix;
  return type === 'foreach' ? path : `${path}/`;
}

/**
 * The path of every instance of a recording: `each[3]/fetch`. Groups are no part of it; the position of an item is its
 * place among the instances of the same node in the same loop.
 */
function pathsOf({ nodes }: Trace): string[] {
  const paths: string[] = [];
  const inside: string[] = [];
  const positions = new Map<string, number>();
  for (let row = 0; row < nodes.length; row++) {
    const key = nodes.key[row] ?? '';
    const local = key.slice(key.lastIndexOf('/') + 1);
    const parent = nodes.parent[row] ?? NONE;
    let prefix = parent === NONE ? '' : (inside[parent] ?? '');
    if (parent !== NONE && nodes.type[parent] === 'foreach') {
      const position = positions.get(`${parent} ${key}`) ?? 0;
      positions.set(`${parent} ${key}`, position + 1);
      prefix = `${prefix}[${position}]/`;
    }
    paths.push(prefix + local);
    inside.push(insideOf(nodes.type[row] ?? '', prefix + local, prefix));
  }
  return paths;
}

/** The state of every instance of a recording by its path. */
export function statesOf(trace: Trace): ReadonlyMap<string, Status> {
  return new Map(pathsOf(trace).map((path, row) => [path, statusOf(trace.nodes.status[row] ?? 0)]));
}
