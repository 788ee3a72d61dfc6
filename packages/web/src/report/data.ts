import { decodeTrace, type Micros, type Trace } from '@flowprof/model';
import { latestKnown } from '../execution/wholeRun.ts';

/** What the page holds. */
export interface Report {
  readonly trace: Trace;
  /** Where what was still running is drawn to; null when nothing was. */
  readonly present: Micros | null;
}

/** The element that holds the trace: Arrow columns (`encodeTrace`) under gzip, as base64. */
const ELEMENT = 'flowprof-trace';

function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/**
 * Unpacks the execution that was put into the page.
 * @throws {Error} when there is none, or it is damaged
 */
export async function readReport(document: Document): Promise<Report> {
  const element = document.getElementById(ELEMENT);
  const text = element?.textContent?.trim() ?? '';
  if (text === '') throw new Error('This page holds no execution.');
  const packed = new Blob([bytesOfBase64(text)]).stream().pipeThrough(new DecompressionStream('gzip'));
  const trace = decodeTrace(new Uint8Array(await new Response(packed).arrayBuffer()));
  return { trace, present: latestKnown(trace, Number(element?.dataset['now'] ?? NaN)) };
}
