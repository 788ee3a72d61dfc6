import { Writable } from 'node:stream';

import { serveMcp } from '../mcp/serve.ts';
import { withServer } from './connect.ts';
import { EXIT } from './errors.ts';
import type { CliIo } from './io.ts';

/** What the protocol writes, on its way to stdout. */
function outputOf(io: CliIo): Writable {
  return new Writable({
    decodeStrings: true,
    write: (chunk: Uint8Array, _encoding, done) => {
      io.out.writeBytes(chunk).then(() => done(), done);
    },
  });
}

/** `flowprof mcp`: until stdin ends. Returns the exit code. @throws {UsageError} @throws {CommandFailure} */
export async function mcpCommand(io: CliIo): Promise<number> {
  const report = (error: Error): void => io.err.write(`flowprof: ${error.message}\n`);
  await withServer({}, io, (api) => serveMcp(api, { input: io.stdin, output: outputOf(io) }, report));
  return EXIT.fine;
}
