import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

const OWNER = 'flowprof_test';
const PASSWORD = 'of the tests';

/** A database of its own on a Citus cluster. */
interface CitusDatabase {
  readonly ownerUrl: string;
  readonly remove: () => Promise<void>;
}

interface Node {
  readonly nodename: string;
  readonly nodeport: number;
}

async function on<T>(url: URL, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function at(url: URL, { nodename, nodeport }: Node, database: string): URL {
  const other = new URL(url);
  [other.hostname, other.port, other.pathname] = [nodename, String(nodeport), `/${database}`];
  return other;
}

/**
 * Makes a database on every node of a cluster and joins them there.
 * @param superuserUrl a database of the coordinator that has the extension and knows the nodes
 */
export async function createCitusDatabase(superuserUrl: string): Promise<CitusDatabase> {
  const admin = new URL(superuserUrl);
  const database = `flowprof_${randomBytes(6).toString('hex')}`;
  const nodes = await on(admin, async (client) => {
    const { rows } = await client.query<Node>('SELECT nodename, nodeport FROM pg_dist_node ORDER BY groupid');
    const { rowCount } = await client.query(`SELECT FROM pg_roles WHERE rolname = '${OWNER}'`);
    // Parallel tests make it at the same time.
    if (rowCount === 0)
      await client
        .query(`CREATE ROLE ${OWNER} LOGIN CREATEROLE PASSWORD '${PASSWORD}'`)
        .catch(() => client.query('SELECT 1'));
    return rows;
  });
  for (const node of nodes) {
    await on(at(admin, node, 'postgres'), (client) => client.query(`CREATE DATABASE ${database}`));
    await on(at(admin, node, database), (client) => client.query('CREATE EXTENSION citus'));
  }
  const own = new URL(admin);
  own.pathname = `/${database}`;
  await on(own, async (client) => {
    const [coordinator, ...workers] = nodes;
    if (coordinator !== undefined)
      await client.query('SELECT citus_set_coordinator_host($1, $2)', [coordinator.nodename, coordinator.nodeport]);
    for (const { nodename, nodeport } of workers)
      await client.query('SELECT citus_add_node($1, $2)', [nodename, nodeport]);
    await client.query(`GRANT ALL ON SCHEMA public TO ${OWNER}`);
  });
  const ownerUrl = new URL(own);
  [ownerUrl.username, ownerUrl.password] = [OWNER, encodeURIComponent(PASSWORD)];
  return {
    ownerUrl: ownerUrl.href,
    async remove() {
      for (const node of nodes)
        await on(at(admin, node, 'postgres'), (client) => client.query(`DROP DATABASE ${database} WITH (FORCE)`));
    },
  };
}
