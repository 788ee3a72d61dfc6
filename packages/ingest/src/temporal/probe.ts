/** Why a frontend cannot be reached: what gRPC says of it is one status for everything. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { TemporalCredentials, TemporalTarget } from './api.ts';
import { hostPortOf, type Resolve } from './address.ts';
import { TemporalError } from './errors.ts';

const TIMEOUT_MS = 5000;
/** How HTTP/2 begins, with empty settings: a server answers with its own. */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/** What became of a connection: `open` that it was made, `answered` that something came back. */
interface Seen {
  readonly isOpen: boolean;
  readonly isAnswered: boolean;
  readonly error: Error | null;
}

/** Opens a socket, begins HTTP/2, and waits for the first byte, the end, or some seconds. */
function look(open: () => Socket, ready: 'connect' | 'secureConnect'): Promise<Seen> {
  return new Promise((resolve) => {
    let isOpen = false;
    const end = (isAnswered: boolean, error: Error | null): void => {
      socket.destroy();
      resolve({ isOpen, isAnswered, error });
    };
    const socket = open();
    socket.setTimeout(TIMEOUT_MS, () => end(false, null));
    socket.once(ready, () => {
      isOpen = true;
      socket.write(PREFACE);
    });
    socket.once('data', (data: Buffer) => {
      // Frames have their type in the fourth byte; the first is one of settings.
      end(data.length > 3 && data[3] === 4, null);
    });
    socket.on('error', (error) => end(false, error));
    socket.once('close', () => end(false, null));
  });
}

function codeIn(error: Error | null): string {
  return error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'no answer';
}

/**
 * Looks for itself why a server does not answer.
 * @returns what was found; null when a connection is made as it should be
 */
export async function probe(
  target: TemporalTarget,
  shown: TemporalCredentials,
  resolve: Resolve | null,
): Promise<TemporalError | null> {
  const { host, port } = hostPortOf(target.address);
  let ip = host;
  try {
    if (resolve !== null) ip = await resolve(host, port);
  } catch (error) {
    if (error instanceof TemporalError) return error;
    throw error;
  }
  const plain = await look(() => connect({ host: ip, port }), 'connect');
  if (!plain.isOpen)
    return new TemporalError('unreachable', `nothing answers at ${target.address}: ${codeIn(plain.error)}`);
  const name = target.serverName ?? host;
  const secure = (more: ConnectionOptions): Promise<Seen> =>
    look(
      () =>
        connectTls({ host: ip, port, ALPNProtocols: ['h2'], ...(isIP(name) === 0 && { servername: name }), ...more }),
      'secureConnect',
    );
  if (!target.tls) {
    if (plain.isAnswered) return null;
    const { isOpen } = await secure({ rejectUnauthorized: false });
    return isOpen
      ? new TemporalError('tls', `${target.address} wants TLS`)
      : new TemporalError('unsupported', `what answers at ${target.address} is no Temporal server`);
  }
  const { serverCa: ca, clientCertificate: cert, clientKey: key } = shown;
  const seen = await secure({
    ...(ca !== null && { ca }),
    ...(cert !== null && { cert }),
    ...(key !== null && { key }),
  });
  if (seen.isAnswered) return null;
  if (plain.isAnswered) return new TemporalError('tls', `${target.address} answers without TLS`);
  if (seen.isOpen && seen.error === null)
    return new TemporalError('unsupported', `what answers at ${target.address} is no Temporal server`);
  return new TemporalError('tls', `no TLS with ${target.address}: ${codeIn(seen.error)}`);
}
