import type { Readable } from 'node:stream';

import { terminalOf, type Terminal } from '../terminal/terminal.ts';

/** A stream that a command writes text to. */
interface Output {
  readonly terminal: Terminal;
  write(text: string): void;
  /** Resolves once they are on their way, so that a slow reader is waited for. */
  writeBytes(bytes: Uint8Array): Promise<void>;
}

/** What a command touches of the process that runs it. */
export interface CliIo {
  readonly out: Output;
  readonly err: Output;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls the listener at every Ctrl-C and SIGTERM until the returned function is called. */
  readonly onInterrupt: (listener: (signal: 'SIGINT' | 'SIGTERM') => void) => () => void;
  /** Calls the listener from now on with whatever nobody caught, which then does not end the process by itself. */
  readonly onFault: (listener: (error: unknown) => void) => void;
  /** Ends the process at once. */
  readonly exitNow: (code: number) => void;
}

function outputOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Output {
  return {
    get terminal() {
      return terminalOf(stream, env);
    },
    write: (text) => {
      stream.write(text);
    },
    writeBytes: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** The io of this process. */
export function processIo(): CliIo {
  return {
    out: outputOf(process.stdout, process.env),
    err: outputOf(process.stderr, process.env),
    stdin: process.stdin,
    env: process.env,
    onInterrupt: (listener) => {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    onFault: (listener) => {
      const faults = ['uncaughtException', 'unhandledRejection'] as const;
      for (const fault of faults) process.on(fault, listener);
    },
    exitNow: (code) => {
      process.exit(code);
    },
  };
}
