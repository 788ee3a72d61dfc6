import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How a client begins to speak HTTP/2 that knows of it beforehand (RFC 9113, section 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n', 'latin1');

/** A client of HTTP/2 sends its preface at once. One that is silent for so long is left to HTTP/1 and its time limits. */
const SILENCE_MS = 1000;

/** Whether what came says which protocol it is; null while it may be either. */
function isHttp2(head: Buffer): boolean | null {
  const length = Math.min(head.byteLength, PREFACE.byteLength);
  if (!head.subarray(0, length).equals(PREFACE.subarray(0, length))) return false;
  return length === PREFACE.byteLength ? true : null;
}

/**
 * Lets a server of HTTP/1 share its port: connections that begin as HTTP/2 go to another, all others to the server as
 * before. Nothing of what came is lost to either.
 */
export function shareConnections(server: Server, toHttp2: (socket: Socket) => void, silenceMs = SILENCE_MS): void {
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    let head = Buffer.alloc(0);
    const decide = (toOther: boolean): void => {
      clearTimeout(timer);
      socket.off('readable', look);
      socket.off('end', giveUp);
      socket.off('close', giveUp);
      if (socket.destroyed) return;
      // Nobody would end what comes to a server that has stopped.
      if (!server.listening && head.byteLength === 0) return void socket.destroy();
      if (head.byteLength > 0) socket.unshift(head);
      if (toOther) toHttp2(socket);
      else for (const listener of listeners) Reflect.apply(listener, server, [socket]);
    };
    const giveUp = (): void => decide(false);
    const look = (): void => {
      for (let chunk: unknown = socket.read(); Buffer.isBuffer(chunk); chunk = socket.read()) {
        head = Buffer.concat([head, chunk]);
      }
      const answer = isHttp2(head);
      if (head.byteLength > 0 && answer !== null) decide(answer);
    };
    const timer = setTimeout(giveUp, silenceMs);
    // Whoever gets the socket has a listener of its own.
    socket.on('error', () => undefined);
    socket.on('readable', look);
    socket.on('end', giveUp);
    socket.on('close', giveUp);
  });
}
