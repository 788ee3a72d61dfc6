import { Buffer } from 'node:buffer';
import type { JsonValue } from '@flowprof/model';
import { z } from 'zod';
import { NodeFailure } from '../errors.ts';
import { isJson } from '../file/json-guards.ts';
import type { NodeContext, NodeType } from '../node-type.ts';
import type { OpenPhase } from '../open-phase.ts';
import { Child, type ChildEnd } from '../process/child.ts';
import { redactText } from '../redact.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const exitCode = z.int().min(0).max(255);

const params = z.strictObject({
  command: z
    .string()
    .min(1)
    .max(4096)
    .describe('The program: a path, or a name that is looked for in PATH. There is no shell.'),
  args: z.array(scalar).max(10_000).optional().describe('Each is handed over as it is, whatever characters it has.'),
  env: z
    .record(
      z
        .string()
        .min(1)
        .regex(/^[^=]+$/, 'must not hold ='),
      scalar,
    )
    .optional()
    .describe('Added to PATH, HOME and LANG, which is all that is passed on.'),
  cwd: z.string().min(1).max(4096).optional().describe("The working directory; the engine's own when absent."),
  stdin: z
    .custom<JsonValue>((value) => value === undefined || isJson(value), 'must be JSON')
    .optional()
    .describe('A string is written as it stands, anything else as JSON; nothing when absent.'),
  expectExit: z
    .union([exitCode, z.array(exitCode).min(1)])
    .optional()
    .describe('The exit codes that are a success; 0 when absent.'),
  maxOutputBytes: z
    .int()
    .min(0)
    .max(67_108_864)
    .optional()
    .describe('How much it may write to stdout, and to stderr; 1 MiB when absent. It is ended when it writes more.'),
  parse: z
    .enum(['text', 'json', 'lines'])
    .optional()
    .describe('What stdout is in the output: a string (when absent), a value, or a list of lines.'),
  timeoutMs: z.number().min(1).max(86_400_000).optional().describe('Limit for one attempt.'),
  graceMs: z
    .number()
    .min(0)
    .max(60_000)
    .optional()
    .describe('Milliseconds between SIGTERM and SIGKILL when it has to end; 2000 when absent.'),
});

type CommandParams = z.infer<typeof params>;

const DEFAULT_MAX_OUTPUT = 1024 * 1024;
const DEFAULT_GRACE_MS = 2000;
const MAX_LINES = 1_000_000;
/** How much of what the process complained of is in the error. */
const MAX_COMPLAINT = 200;

/** All that a process sees of the engine's environment: the rest may hold the engine's secrets. */
const PASSED_ON =
  process.platform === 'win32'
    ? ['PATH', 'PATHEXT', 'SYSTEMROOT', 'TEMP', 'USERPROFILE', 'HOME', 'LANG']
    : ['PATH', 'HOME', 'LANG'];

function environment(own: CommandParams['env']): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const added = Object.entries(own ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
  return Object.fromEntries([...passedOn, ...added]);
}

function inputOf(stdin: JsonValue | undefined): string {
  if (stdin === undefined) return '';
  return typeof stdin === 'string' ? stdin : JSON.stringify(stdin);
}

function decode(bytes: Buffer): string {
  return new TextDecoder().decode(bytes);
}

/** @throws {NodeFailure} `command_bad_output` */
function parseOutput(text: string, parse: CommandParams['parse']): JsonValue {
  switch (parse) {
    case undefined:
    case 'text':
      return text;
    case 'lines': {
      const lines = text.split(/\r?\n/, MAX_LINES + 1);
      if (lines.length > MAX_LINES) {
        throw new NodeFailure('command_output_too_large', `the command wrote more than ${MAX_LINES} lines`, {
          retryable: false,
        });
      }
      if (lines[lines.length - 1] === '') lines.pop();
      return lines;
    }
    case 'json':
      return parseJson(text);
    default:
      return parse satisfies never;
  }
}

function parseJson(text: string): JsonValue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The message of the parser would show a part of the output.
  }
  if (value !== undefined && isJson(value)) return value;
  throw new NodeFailure('command_bad_output', 'the command did not write JSON', { retryable: false });
}

/** The last line that a process wrote to stderr, which is mostly the reason for its failure. */
function complaint(stderr: string): string {
  const line = stderr.trimEnd().split('\n').pop()?.trim() ?? '';
  return line === '' ? '' : `: ${line.slice(0, MAX_COMPLAINT)}`;
}

/** @throws {NodeFailure} when the process did not end as expected */
function checkEnd(p: CommandParams, end: ChildEnd, stderr: string): void {
  if (end.overflowed) {
    const message = `the command wrote more than ${p.maxOutputBytes ?? DEFAULT_MAX_OUTPUT} bytes`;
    throw new NodeFailure('command_output_too_large', message, { retryable: false });
  }
  if (end.exitCode === null) {
    throw new NodeFailure('command_killed', `the command was ended by ${end.signal}${complaint(stderr)}`);
  }
  if ([p.expectExit ?? 0].flat().includes(end.exitCode)) return;
  throw new NodeFailure('command_failed', `the command ended with exit code ${end.exitCode}${complaint(stderr)}`);
}

/** Waits for a process to end, and stops it when the signal aborts. @throws the signal's reason, once it has ended */
async function ended(child: Child, signal: AbortSignal): Promise<ChildEnd> {
  const stop = (): void => child.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const end = await child.ended;
    signal.throwIfAborted();
    return end;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function run(p: CommandParams, context: NodeContext, phase: OpenPhase, signal: AbortSignal): Promise<JsonValue> {
  const stdin = inputOf(p.stdin);
  const child = new Child({
    command: p.command,
    args: (p.args ?? []).map(String),
    env: environment(p.env),
    cwd: p.cwd ?? null,
    stdin,
    maxOutputBytes: p.maxOutputBytes ?? DEFAULT_MAX_OUTPUT,
    graceMs: p.graceMs ?? DEFAULT_GRACE_MS,
  });
  await child.started;
  const work = phase.next('execute', { pid: child.pid });
  const end = await ended(child, signal);
  const stderr = decode(end.stderr);
  context.annotate('data transformation', 'data', { bytes_in: end.bytes, bytes_out: Buffer.byteLength(stdin) });
  checkEnd(p, end, stderr);
  work.next('decode', {}, { exit_code: end.exitCode, bytes: end.bytes });
  const stdout = parseOutput(decode(end.stdout), p.parse);
  return { exitCode: end.exitCode, stdout, stderr, signal: end.signal };
}

/**
 * Runs a program as a process of its own, without a shell. Its output is `{ exitCode, stdout, stderr, signal }`, with
 * the last 16 KiB of stderr. What it leaves running in its group is ended with it.
 */
export const command: NodeType<typeof params> = {
  params,
  phase: null,
  async run(p, context) {
    if (!context.commands) {
      throw new NodeFailure('command_not_allowed', 'this run may not start processes', { retryable: false });
    }
    const phase = context.span('spawn', { command: redactText(p.command.slice(0, 200)) });
    const { timeoutMs } = p;
    if (timeoutMs === undefined) return run(p, context, phase, context.signal);
    const limit = context.limit(
      timeoutMs,
      () => new NodeFailure('command_timeout', `the command did not end within ${timeoutMs} ms`),
    );
    try {
      return await run(p, context, phase, limit.signal);
    } finally {
      limit.clear();
    }
  },
};
