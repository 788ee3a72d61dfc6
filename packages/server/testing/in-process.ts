import { Readable } from 'node:stream';
import type { CliIo } from '../src/cli/io.ts';
import { runCli } from '../src/cli/program.ts';

/** What a command line came to. */
export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process; what it writes is collected. */
export async function inProcess(
  args: readonly string[],
  more: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: Uint8Array } = {},
): Promise<Finished> {
  const written = { out: '', err: '' };
  const terminal = { columns: 80, colour: false, unicode: true, interactive: false };
  const outputTo = (name: 'out' | 'err'): CliIo['out'] => ({
    terminal,
    write: (text) => {
      written[name] += text;
    },
  });
  const code = await runCli(args, {
    out: outputTo('out'),
    err: outputTo('err'),
    stdin: Readable.from(more.stdin === undefined ? [] : [more.stdin]),
    env: more.env ?? {},
    onInterrupt: () => () => {},
    exitNow: () => {},
  });
  return { code, ...written };
}
