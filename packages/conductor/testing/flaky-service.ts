/** A service that fails as often as it is asked to. */
import { createServer } from 'node:http';

export interface FlakyService {
  readonly url: string;
  /** How often it was called with a key. */
  calls(key: string): number;
  close(): Promise<void>;
}

/** `GET /?key=K&fail=2&status=503&after=1` answers 503 with Retry-After twice for each key, then 200. `slow` waits so many ms. */
export async function startFlakyService(): Promise<FlakyService> {
  const calls = new Map<string, number>();
  const server = createServer((request, response) => {
    response.sendDate = false;
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const key = searchParams.get('key') ?? '';
    const count = (calls.get(key) ?? 0) + 1;
    calls.set(key, count);
    const isFailing = count <= Number(searchParams.get('fail') ?? 0);
    const status = isFailing ? Number(searchParams.get('status') ?? 500) : 200;
    const after = searchParams.get('after');
    const headers = {
      'content-type': 'application/json',
      connection: 'close',
      ...(isFailing && after !== null && { 'retry-after': after }),
    };
    const answer = (): void => {
      response
        .writeHead(status, headers)
        .end(JSON.stringify({ count, authorization: request.headers.authorization ?? null }));
    };
    const slow = Number(searchParams.get('slow') ?? 0);
    if (slow > 0) setTimeout(answer, slow);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    calls: (key) => calls.get(key) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
