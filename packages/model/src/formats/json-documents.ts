import type { JsonValue } from '../json.ts';
import type { Trace } from '../trace/trace.ts';
import type { WarningCode } from '../trace/warnings.ts';
import { TraceFileError } from './errors.ts';
import { parseJson } from './json-reader.ts';
import { textOf } from './web.ts';

/** Lines that could not be read, and the first of them as a number from 1. */
export interface BrokenLines {
  readonly count: number;
  readonly first: number;
}

const NEWLINE = 0x0a;
const NONE_BROKEN: BrokenLines = { count: 0, first: 0 };

/** A JavaScript string holds about 512 MiB. */
const WHOLE_TEXT_BYTES = 400 * 1024 * 1024;

/** Calls back with each line of bytes that is not blank, and its number from 1. @param from where the first line begins */
function forEachLine(bytes: Uint8Array, take: (line: Uint8Array, number: number) => void, from = 0): void {
  let number = 0;
  for (let at = from; at < bytes.length;) {
    const next = bytes.indexOf(NEWLINE, at);
    const to = next < 0 ? bytes.length : next;
    number++;
    let blank = true;
    for (let i = at; i < to && blank; i++) blank = bytes[i] === 0x20 || bytes[i] === 0x0d || bytes[i] === 0x09;
    if (!blank) take(bytes.subarray(at, to), number);
    at = to + 1;
  }
}

function tryParse(bytes: Uint8Array): JsonValue | undefined {
  try {
    return parseJson(textOf(bytes));
  } catch {
    return undefined;
  }
}

/**
 * Reads one JSON document, or JSON Lines: a document a line, each handed over before the next is read. Lines that are no
 * JSON are left out and counted, as a writer that is killed leaves its last one unfinished.
 * @throws {TraceFileError} `malformed` when it is neither
 */
export function readEachDocument(bytes: Uint8Array, take: (document: JsonValue) => void): BrokenLines {
  const end = bytes.indexOf(NEWLINE);
  const first = end < 0 ? undefined : tryParse(bytes.subarray(0, end));
  if (typeof first !== 'object' || first === null) {
    if (bytes.byteLength > WHOLE_TEXT_BYTES) {
      throw new TraceFileError('too_large', 'one JSON document of more than 400 MiB cannot be read');
    }
    take(parseJson(textOf(bytes)));
    return NONE_BROKEN;
  }
  take(first);
  let count = 0;
  let firstBroken = 0;
  forEachLine(
    bytes,
    (line, number) => {
      const value = tryParse(line);
      if (value === undefined) {
        count++;
        firstBroken ||= number + 1;
      } else take(value);
    },
    end + 1,
  );
  return { count, first: firstBroken };
}

/** The same, with all documents at once. @throws {TraceFileError} `malformed` */
export function readJsonDocuments(bytes: Uint8Array): {
  readonly documents: readonly JsonValue[];
  readonly broken: BrokenLines;
} {
  const documents: JsonValue[] = [];
  const broken = readEachDocument(bytes, (document) => documents.push(document));
  return { documents, broken };
}

/** Notes the lines that could not be read on a trace of the file. */
export function withBrokenLines(traces: readonly Trace[], { count, first }: BrokenLines): readonly Trace[] {
  const [trace, ...others] = traces;
  if (count === 0 || trace === undefined) return traces;
  const warning = { code: 'invalid_line' satisfies WarningCode, count, example: `line ${first}` };
  return [{ ...trace, warnings: [...trace.warnings, warning] }, ...others];
}
