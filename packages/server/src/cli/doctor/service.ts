import { once } from 'node:events';
import { createServer } from 'node:net';

import { holderOf } from '@flowprof/store';

import { isLoopback, urlOf } from '../../http/security.ts';
import { reasonOf } from '../errors.ts';
import { fail, ok, warn, type Finding, type Situation } from './finding.ts';

const ANSWER_MS = 2000;

/** Why the port cannot be had; null when it can. */
async function obstacleTo(host: string, port: number): Promise<string | null> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    probe.close();
  }
}

async function isFlowprof(url: string): Promise<boolean> {
  const answer = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => null);
  const body: unknown = await answer?.json().catch(() => null);
  return typeof body === 'object' && body !== null && 'status' in body && body.status === 'ok';
}

async function checkPort({ host, port }: Situation): Promise<Finding> {
  const url = urlOf(host === '0.0.0.0' ? '127.0.0.1' : host, port);
  const obstacle = await obstacleTo(host, port);
  if (obstacle === null) return ok('port', `${host} port ${port} is free`);
  if (await isFlowprof(url)) return ok('port', `a flowprof serves ${url}`);
  return fail(
    'port',
    `${host} port ${port} cannot be had: ${obstacle}`,
    'choose another by PORT, or another address by HOST',
  );
}

function checkAccess({ host, env }: Situation): Finding {
  const isOpen = !isLoopback(host.toLowerCase()) || Boolean(env['FLOWPROF_PUBLIC_URL']);
  const hasProvider = Boolean(env['FLOWPROF_OIDC_ISSUER']);
  if (!isOpen) return ok('access', `${host} is reached from this machine only`);
  if (hasProvider) return ok('access', `${host}, with tokens of ${env['FLOWPROF_OIDC_ISSUER']}`);
  return warn(
    'access',
    `${host} is reached by others; the server starts only once there is an API key`,
    'flowprof keys create, or FLOWPROF_OIDC_ISSUER for tokens of an identity provider',
  );
}

async function checkHolder({ dataDir, env }: Situation): Promise<Finding[]> {
  if (env['DATABASE_URL']) return [];
  const holder = await holderOf(dataDir);
  if (holder === null) return [ok('lock', 'nobody holds the data folder')];
  const detail = `flowprof with process id ${holder.pid} since ${holder.since}`;
  if (holder.url === null) return [warn('lock', `${detail} does not serve`, 'wait until it does, or end it')];
  const serves = await isFlowprof(holder.url);
  return [
    serves
      ? ok('lock', `${detail} serves ${holder.url}`)
      : fail(
          'lock',
          `${detail} does not answer at ${holder.url}`,
          `see its log; if it hangs, end process ${holder.pid}`,
        ),
  ];
}

/** What the server needs besides its database. */
export async function checkService(situation: Situation): Promise<Finding[]> {
  return [await checkPort(situation), checkAccess(situation), ...(await checkHolder(situation))];
}
