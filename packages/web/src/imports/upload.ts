import type { Fields } from '../api/fields.ts';

/** Where a file is on its way in. */
const STATES = ['uploading', 'waiting', 'working', 'completed', 'failed', 'cancelled'] as const;
export type UploadState = (typeof STATES)[number];

/** An execution that a file held. */
export interface ImportedExecution {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly spans: number;
  /** It had been imported before. */
  readonly known: boolean;
  readonly warnings: readonly { readonly code: string; readonly count: number; readonly example: string }[];
}

/** A file on its way in, as the server tells it. */
export interface Upload {
  readonly id: string;
  readonly state: UploadState;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly receivedBytes: number;
  readonly partBytes: number;
  readonly executionsTotal: number | null;
  readonly executionsDone: number;
  readonly spansTotal: number | null;
  readonly spansDone: number;
  readonly items: readonly ImportedExecution[];
  readonly error: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | null;
}

function readItem(fields: Fields): ImportedExecution {
  return {
    id: fields.string('id'),
    name: fields.string('name'),
    format: fields.string('source_format'),
    spans: fields.number('spans'),
    known: fields.any('known') === true,
    warnings: fields.list('warnings', (warning) => ({
      code: warning.string('code'),
      count: warning.number('count'),
      example: warning.string('example'),
    })),
  };
}

/** Reads an upload out of an answer. @throws {ApiError} `bad_response` */
export function readUpload(fields: Fields): Upload {
  const state = fields.string('state');
  const error = fields.record('error');
  return {
    id: fields.string('id'),
    state: STATES.find((known) => known === state) ?? 'waiting',
    fileName: fields.optionalString('file_name') ?? 'a file without a name',
    sizeBytes: fields.number('size_bytes'),
    receivedBytes: fields.number('received_bytes'),
    partBytes: fields.number('part_bytes'),
    executionsTotal: fields.optionalNumber('executions_total'),
    executionsDone: fields.number('executions_done'),
    spansTotal: fields.optionalNumber('spans_total'),
    spansDone: fields.number('spans_done'),
    items: fields.list('items', readItem),
    error: typeof error['message'] === 'string' ? error['message'] : null,
    createdAt: fields.optionalTime('created_at'),
  };
}

/** Whether nothing more becomes of a file. */
export function hasEnded({ state }: Upload): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** How far a file is: the share of what it is at, and that in words. */
export interface Progress {
  /** From 0 to 1; null while nobody knows. */
  readonly share: number | null;
  readonly text: string;
}

const MEBIBYTE = 1024 * 1024;

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1);
}

const number = new Intl.NumberFormat('en');

function countOf(count: number, noun: string): string {
  return `${number.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** How far an upload is. @param sending whether this page sends it; one that nobody sends was cut off */
export function progressOf(upload: Upload, sending: boolean): Progress {
  const { state, sizeBytes, receivedBytes, spansTotal, spansDone, executionsTotal, executionsDone } = upload;
  switch (state) {
    case 'uploading': {
      const amounts = `${mebibytes(receivedBytes)} of ${mebibytes(sizeBytes)} MiB`;
      const text = sending ? `Sending, ${amounts}` : `Cut off at ${amounts}. Choose the same file again to go on.`;
      return { share: receivedBytes / sizeBytes, text };
    }
    case 'waiting':
      return { share: null, text: 'Waits to be read' };
    case 'working': {
      if (spansTotal === null) return { share: null, text: 'Reading' };
      const share = spansTotal === 0 ? 1 : Math.min(1, spansDone / spansTotal);
      const of =
        executionsTotal === 1 ? '' : `, ${executionsDone} of ${number.format(executionsTotal ?? 0)} executions`;
      return { share, text: `Storing ${number.format(spansDone)} of ${number.format(spansTotal)} spans${of}` };
    }
    case 'completed': {
      return { share: 1, text: `${countOf(executionsDone, 'execution')}, ${countOf(spansDone, 'span')}` };
    }
    case 'failed':
      return { share: null, text: upload.error ?? 'It could not be stored.' };
    case 'cancelled':
      return { share: null, text: 'Cancelled' };
    default:
      return state satisfies never;
  }
}
