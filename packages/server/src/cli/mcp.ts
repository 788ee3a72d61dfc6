import { PassThrough, type Readable } from 'node:stream';

import { serveMcp } from '../mcp/serve.ts';
import { withServer } from './connect.ts';
import { EXIT } from './errors.ts';
import type { CliIo } from './io.ts';

/** Sends what the protocol writes on to stdout, as fast as that takes it. */
async function sendOn(written: Readable, io: CliIo): Promise<void> {
  for await (const chunk of written) if (Buffer.isBuffer(chunk)) await io.out.writeBytes(chunk);
}

/** `flowprof mcp`: until stdin ends. Returns the exit code. @throws {UsageError} @throws {CommandFailure} */
export async function mcpCommand(io: CliIo): Promise<number> {
  const report = (error: Error): void => io.err.write(`flowprof: ${error.message}\n`);
  const output = new PassThrough();
  const served = withServer({}, io, (api) => serveMcp(api, { input: io.stdin, output }, report));
  await Promise.all([served.finally(() => output.end()), sendOn(output, io)]);
  return EXIT.fine;
}
