import { Buffer } from 'node:buffer';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Readable } from 'node:stream';
import { NodeFailure } from '../errors.ts';
import { systemSchedule, type Schedule } from '../schedule.ts';

/** What to run and within which limits. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** All of the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | null;
  readonly stdin: string;
  /** For each of the two outputs. */
  readonly maxOutputBytes: number;
  /** Milliseconds between the request to end and the end by force. */
  readonly graceMs: number;
}

/** How a process has ended. */
export interface ChildEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  /** The end of what it wrote there. */
  readonly stderr: Buffer;
  /** Of both outputs, as far as they were read. */
  readonly bytes: number;
  /** Whether it was ended because it wrote more than it may. */
  readonly overflowed: boolean;
}

/** How many bytes of the end of stderr are kept. */
const STDERR_TAIL = 16_384;

/** A process that has left its group can hold its outputs open; nobody waits for that longer. */
const DRAIN_MS = 1000;

/** The groups of processes that are running; none outlives this process. */
const groups = new Set<number>();
let watching = false;

/** @returns false when there is no such group any more */
function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    // There are no groups on Windows.
    return process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    return false;
  }
}

function watchExit(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const pid of groups) signalGroup(pid, 'SIGKILL');
  });
}

/** Takes what a stream gives as long as it is no more than a limit; the rest is only counted. */
class Whole {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes <= this.#limit) this.#chunks.push(chunk);
  }

  content(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** Keeps the end of what a stream gives. */
class Tail {
  #kept = Buffer.alloc(0);
  bytes = 0;

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    const end = chunk.subarray(Math.max(0, chunk.length - STDERR_TAIL));
    const room = STDERR_TAIL - end.length;
    const before = room === 0 ? this.#kept.subarray(0, 0) : this.#kept.subarray(-room);
    this.#kept = Buffer.concat([before, end]);
  }

  /** From the beginning of a character on, where the cut went through one. */
  content(): Buffer {
    if (this.bytes === this.#kept.length) return this.#kept;
    let from = 0;
    while (from < 3 && ((this.#kept[from] ?? 0) & 0xc0) === 0x80) from++;
    return this.#kept.subarray(from);
  }
}

function startFailure(error: unknown, cwd: string | null): NodeFailure {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: cwd === null ? 'there is no such program' : 'there is no such program or working directory',
    EACCES: 'the program may not be run',
    ENOTDIR: 'the working directory is none',
    E2BIG: 'the arguments and environment are too long',
  };
  const reason = reasons[code];
  // Messages of what is wrong with an argument show it, so only the code is passed on.
  const message = reason ?? `the process could not be started (${code || 'unknown'})`;
  if (code.startsWith('ERR_')) {
    return new NodeFailure('invalid_parameters', `no argument of a process can be like that (${code})`, {
      retryable: false,
    });
  }
  return new NodeFailure('command_not_started', message, { retryable: reason === undefined });
}

/**
 * A process without a shell, in a group of its own that ends with it. It ends by itself, when it is stopped, or when it
 * writes more than it may.
 *
 *     starting ─► running ─► exited ─► ended        (its group is killed at `exited`, then its outputs are read to the end)
 *         │          └─► SIGTERM ─► SIGKILL ─┘
 *         └─► not started
 */
export class Child {
  /** @throws {NodeFailure} `command_not_started` */
  readonly started: Promise<void>;
  /** Never rejects; settles only when `started` has resolved. */
  readonly ended: Promise<ChildEnd>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #options: ChildOptions;
  readonly #schedule: Schedule;
  readonly #stdout: Whole;
  readonly #stderr = new Tail();
  readonly #timers: (() => void)[] = [];
  #overflowed = false;
  #stopping = false;
  #exited = false;

  /** @throws {NodeFailure} `invalid_parameters` when an argument cannot be one */
  constructor(options: ChildOptions, schedule: Schedule = systemSchedule) {
    this.#options = options;
    this.#schedule = schedule;
    this.#stdout = new Whole(options.maxOutputBytes);
    watchExit();
    const { command, args, env, cwd } = options;
    try {
      this.#child = spawn(command, [...args], {
        env,
        ...(cwd !== null && { cwd }),
        detached: process.platform !== 'win32',
        windowsHide: true,
        stdio: 'pipe',
      });
    } catch (error) {
      throw startFailure(error, cwd);
    }
    if (this.#child.pid !== undefined) groups.add(this.#child.pid);
    this.started = this.#start();
    this.ended = this.#end();
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** Asks the process and all it has started to end, and ends them by force when they have not after the grace. */
  stop(): void {
    const { pid } = this.#child;
    if (this.#stopping || this.#exited || pid === undefined) return;
    this.#stopping = true;
    signalGroup(pid, 'SIGTERM');
    this.#timers.push(this.#schedule(this.#options.graceMs, () => signalGroup(pid, 'SIGKILL')));
  }

  #start(): Promise<void> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      // Also what goes wrong later comes here, such as a signal that cannot be sent.
      child.on('error', (error) => reject(startFailure(error, this.#options.cwd)));
    });
  }

  #end(): Promise<ChildEnd> {
    const child = this.#child;
    this.#read(child.stdout, this.#stdout);
    this.#read(child.stderr, this.#stderr);
    // A process need not read its input.
    child.stdin.on('error', () => {});
    child.stdin.end(this.#options.stdin);
    child.once('exit', () => this.#afterExit());
    return new Promise((resolve) => {
      child.once('close', (exitCode, signal) => {
        for (const cancel of this.#timers) cancel();
        resolve({
          exitCode,
          signal,
          stdout: this.#stdout.content(),
          stderr: this.#stderr.content(),
          bytes: this.#stdout.bytes + this.#stderr.bytes,
          overflowed: this.#overflowed,
        });
      });
    });
  }

  /** What the process has left behind in its group must not hold its outputs open. */
  #afterExit(): void {
    this.#exited = true;
    const child = this.#child;
    if (child.pid !== undefined) {
      signalGroup(child.pid, 'SIGKILL');
      groups.delete(child.pid);
    }
    child.stdin.destroy();
    this.#timers.push(
      this.#schedule(DRAIN_MS, () => {
        child.stdout.destroy();
        child.stderr.destroy();
      }),
    );
  }

  #read(stream: Readable, into: Whole | Tail): void {
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => {
      into.add(chunk);
      if (into.bytes <= this.#options.maxOutputBytes || this.#overflowed) return;
      this.#overflowed = true;
      this.stop();
    });
  }
}
