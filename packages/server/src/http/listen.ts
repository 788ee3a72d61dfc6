import { isIP } from 'node:net';
import type { App } from './context.ts';
import { StartError } from './errors.ts';
import { urlOf } from './security.ts';

/**
 * The reason not to listen where others could come in, while there is nothing to tell them apart by.
 * @param where the address or the public URL
 */
export function openToOthers(where: string): StartError {
  return new StartError(
    'not_loopback',
    `Refusing to serve ${where} without authentication: make an API key first (flowprof keys create --workspace demo ` +
      '--create-workspace --name first --scopes admin), set FLOWPROF_OIDC_ISSUER and FLOWPROF_OIDC_AUDIENCE, or use ' +
      '127.0.0.1, ::1 or localhost without FLOWPROF_PUBLIC_URL.',
  );
}

function errnoOf(error: unknown): string {
  const coded = typeof error === 'object' && error !== null && 'code' in error;
  return coded && typeof error.code === 'string' ? error.code : '';
}

/** What keeps a server from listening. @param setting what chooses another port */
export function startError(error: unknown, host: string, port: number, setting = 'PORT'): StartError {
  const options = { cause: error };
  switch (errnoOf(error)) {
    case 'EADDRINUSE':
      return new StartError(
        'port_in_use',
        `Port ${port} on ${host} is in use by another program; choose another with ${setting}.`,
        options,
      );
    case 'EACCES':
    case 'EPERM':
      return new StartError(
        'port_forbidden',
        `This user may not listen on port ${port}; choose one above 1023 with ${setting}.`,
        options,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError(
        'address_unavailable',
        `This machine does not have the address ${host}; choose another with HOST.`,
        options,
      );
    default:
      return new StartError('listen_failed', `The server cannot listen on ${host} port ${port}.`, options);
  }
}

/** Starts to listen and returns the server's URL. @throws {StartError} */
export async function listen(app: App, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port, listenTextResolver: () => 'listening' });
  } catch (error) {
    throw startError(error, host, port);
  }
  const address = app.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return urlOf(isIP(host) ? host : 'localhost', actual);
}
