import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import type { Plugin } from 'vite';
import type { Spans } from './page/contestant.ts';
import { SCENES } from './page/spans.ts';

/** Whole apps that are shown in a frame of the page: where each is served, and from which folder. */
const FOLDERS: readonly { readonly at: string; readonly folder: string | undefined }[] = [
  { at: '/speedscope/', folder: join(import.meta.dirname, 'peers/node_modules/speedscope/dist/release') },
  { at: '/jaeger/', folder: process.env['FLOWPROF_BENCH_JAEGER_UI'] },
];

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** The spans of a scene as the answer of Jaeger's query service, piece by piece. */
function* jaegerTrace(id: string, spans: Spans): Generator<string> {
  yield `{"data":[{"traceID":"${id}","processes":{"p1":{"serviceName":"bench","tags":[]}},"spans":[`;
  for (let i = 0; i < spans.length; i++) {
    const span = {
      traceID: id,
      spanID: (i + 1).toString(16).padStart(16, '0'),
      operationName: spans.names[spans.name[i]],
      references: [],
      startTime: 1_700_000_000_000_000 + spans.start[i],
      duration: spans.duration[i],
      tags: [],
      logs: [],
      processID: 'p1',
      warnings: null,
    };
    yield `${i === 0 ? '' : ','}${JSON.stringify(span)}`;
  }
  yield ']}],"total":0,"limit":0,"offset":0,"errors":null}';
}

async function sendTrace(scene: string, response: ServerResponse): Promise<void> {
  const make = SCENES[scene];
  if (make === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('content-type', 'application/json');
  let piece = '';
  for (const text of jaegerTrace(scene, make())) {
    piece += text;
    if (piece.length < 1 << 20) continue;
    if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
    piece = '';
  }
  response.end(piece);
}

/** A file of a folder; for a path that is none the page of the app, as its own server would answer. */
function sendFile(at: string, folder: string, path: string, response: ServerResponse): void {
  const inside = normalize(join(folder, path));
  const file = inside.startsWith(folder) && existsSync(inside) && statSync(inside).isFile() ? inside : null;
  const shown = file ?? join(folder, 'index.html');
  response.setHeader('content-type', TYPES[extname(shown)] ?? 'application/octet-stream');
  if (extname(shown) !== '.html') createReadStream(shown).pipe(response);
  else response.end(readFileSync(shown, 'utf8').replace(/<base href="[^"]*"/, `<base href="${at}"`));
}

function answer(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const trace = /^\/jaeger\/api\/traces\/(\w+)$/.exec(pathname)?.[1];
  if (trace !== undefined) {
    void sendTrace(trace, response);
    return;
  }
  for (const { at, folder } of FOLDERS) {
    if (folder === undefined || !pathname.startsWith(at)) continue;
    if (pathname.startsWith('/jaeger/api/')) response.setHeader('content-type', 'application/json').end('{"data":[]}');
    else sendFile(at, folder, pathname.slice(at.length), response);
    return;
  }
  next();
}

/** Serves the apps beside the page. */
export function otherApps(): Plugin {
  return {
    name: 'flowprof-bench-other-apps',
    configurePreviewServer: (server) => void server.middlewares.use(answer),
  };
}
