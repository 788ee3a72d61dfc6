import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Upgrade } from '../live/live.ts';
import type { App } from './context.ts';

/** Requests for a WebSocket that are being answered. */
const upgrades = new WeakMap<IncomingMessage, Upgrade & { readonly response: ServerResponse }>();

/** Headers that ask for another protocol; without them a request is an ordinary one. */
const UPGRADE_HEADERS = ['upgrade', 'connection', 'http2-settings'];

/** Where the paths of WebSockets begin. */
const SOCKETS = '/ws/';

const CREDENTIAL = /(?:^|,)\s*bearer\.([^\s,]+)/;

/**
 * Lets requests for a WebSocket go through the same checks as any other, so that they are refused the same way. What
 * asks for another protocol, or for one elsewhere, is answered as if it did not (RFC 9110, section 7.8).
 */
export function routeUpgrades(app: App): void {
  app.server.on('upgrade', (request, socket, head) => {
    const { headers, method, url = '' } = request;
    const isOurs = headers.upgrade?.toLowerCase() === 'websocket' && method === 'GET' && url.startsWith(SOCKETS);
    if (!isOurs || !(socket instanceof Socket)) return answerWithoutUpgrade(app.server, request, socket, head);
    socket.on('error', () => undefined);
    // A page cannot set headers for a WebSocket, but protocols.
    const token = CREDENTIAL.exec(headers['sec-websocket-protocol'] ?? '')?.[1];
    if (token !== undefined) headers.authorization ??= `Bearer ${token}`;
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    // The client may leave its side open; the connection ends all the same.
    response.on('finish', () => socket.destroySoon());
    upgrades.set(request, { request, socket, head, response });
    app.routing(request, response);
  });
}

/** Whether a request asks for a WebSocket as it must. */
export function isUpgradable(request: IncomingMessage): boolean {
  const { 'sec-websocket-version': version, 'sec-websocket-key': key = '' } = request.headers;
  return upgrades.has(request) && version === '13' && /^[+/0-9A-Za-z]{22}==$/.test(key);
}

/** Takes the connection of a request over; nothing may be answered to it any more. */
export function takeUpgrade(request: IncomingMessage): Upgrade {
  const upgrade = upgrades.get(request);
  if (upgrade === undefined) throw new Error('the request asks for no upgrade');
  const { response, ...taken } = upgrade;
  if (taken.socket instanceof Socket) response.detachSocket(taken.socket);
  upgrades.delete(request);
  return taken;
}

/** Gives a connection back to the server with the request in front, less what asks for another protocol. */
function answerWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (!UPGRADE_HEADERS.includes(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`);
  }
  const plain = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  socket.unshift(Buffer.concat([plain, head]));
  server.emit('connection', socket);
}
