import { Readable } from 'node:stream';
import type { CliIo } from '../src/cli/io.ts';
import { runCli } from '../src/cli/program.ts';

/** What a command line came to. */
export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
}

/** The io of a command whose output is collected. */
interface TestIo {
  readonly io: CliIo;
  readonly written: { readonly out: string; readonly err: string };
  /** Does what Ctrl-C does. */
  readonly interrupt: (signal: 'SIGINT' | 'SIGTERM') => void;
}

/** An io without a process: what a command writes to it is collected. */
export function testIo({ env = {}, stdin }: Given = {}): TestIo {
  const written = { out: '', err: '' };
  const listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  const terminal = { columns: 80, colour: false, unicode: true, interactive: false };
  const outputTo = (name: 'out' | 'err'): CliIo['out'] => ({
    terminal,
    write: (text) => {
      written[name] += text;
    },
    writeBytes: (bytes) => {
      written[name] += Buffer.from(bytes).toString('utf8');
      return Promise.resolve();
    },
  });
  const io: CliIo = {
    out: outputTo('out'),
    err: outputTo('err'),
    stdin: Readable.from(stdin === undefined ? [] : [stdin]),
    env,
    onFault: () => {},
    onInterrupt: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    exitNow: () => {},
  };
  return { io, written, interrupt: (signal) => listeners.forEach((listener) => listener(signal)) };
}

/** Runs a command line in this process; what it writes is collected. */
export async function inProcess(args: readonly string[], given: Given = {}): Promise<Finished> {
  const { io, written } = testIo(given);
  const code = await runCli(args, io);
  return { code, ...written };
}
