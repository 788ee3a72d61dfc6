import { constants, existsSync } from 'node:fs';
import { access, readFile, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { reasonOf } from '../errors.ts';
import { fail, ok, warn, type Finding, type Situation } from './finding.ts';

const LEAST_NODE = [20, 19] as const;
const GIB = 1024 ** 3;
const LEAST_FREE = 0.5 * GIB;
const LITTLE_FREE = 5 * GIB;
const FEW_FILES = 4096;

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const detail = `Node ${process.versions.node}`;
  return isNew ? ok('Node', detail) : fail('Node', `${detail} is too old`, 'install Node 20.19 or newer');
}

/** The folder, or the nearest one above it that is there. */
function nearest(folder: string): string {
  let at = resolve(folder);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

async function checkDataDir({ dataDir }: Situation): Promise<Finding[]> {
  const there = nearest(dataDir);
  const isMade = there === resolve(dataDir);
  const findings: Finding[] = [];
  try {
    await access(there, constants.R_OK | constants.W_OK | constants.X_OK);
    findings.push(ok('data folder', `${resolve(dataDir)}${isMade ? '' : ' (is made at the first start)'}`));
  } catch (error) {
    findings.push(
      fail(
        'data folder',
        `${there}: ${reasonOf(error)}`,
        'give this user the folder, or choose another by FLOWPROF_DATA_DIR',
      ),
    );
  }
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const detail = `${(free / GIB).toFixed(1)} GiB free for ${resolve(dataDir)}`;
  const advice = 'make room, move the data folder, or let workspaces keep less (see docs/retention.md)';
  if (free < LEAST_FREE) findings.push(fail('disk space', detail, advice));
  else findings.push(free < LITTLE_FREE ? warn('disk space', detail, advice) : ok('disk space', detail));
  return findings;
}

async function checkOpenFiles(): Promise<Finding[]> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const soft = /^Max open files\s+(\d+|unlimited)/mu.exec(limits)?.[1];
  if (soft === undefined) return [];
  const detail = `${soft} open files`;
  const isFew = soft !== 'unlimited' && Number(soft) < FEW_FILES;
  const advice = 'raise it (ulimit -n, LimitNOFILE=) where many clients stay connected: each takes one';
  return [isFew ? warn('open files', detail, advice) : ok('open files', detail)];
}

function checkWebApp(): Finding {
  const page = fileURLToPath(new URL('../../../public/index.html', import.meta.url));
  return existsSync(page)
    ? ok('web app', 'built')
    : warn('web app', 'not built: the server answers its API only', 'npm run build, in the repository');
}

/** What the machine has to have. */
export async function checkMachine(situation: Situation): Promise<Finding[]> {
  return [checkNode(), ...(await checkDataDir(situation)), ...(await checkOpenFiles()), checkWebApp()];
}
