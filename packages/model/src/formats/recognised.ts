import type { TraceFormat } from './format.ts';

/** Certain when the text has all of the marks. */
function marked(...marks: readonly RegExp[]): (head: string) => number {
  return (head) => (marks.every((mark) => mark.test(head)) ? 0.7 : 0);
}

/** How sure it is that a file which begins with this text is a speedscope profile. */
export function sniffSpeedscope(head: string): number {
  if (head.includes('https://www.speedscope.app/file-format-schema.json')) return 0.95;
  return marked(/^\{/, /"profiles"\s*:/, /"(evented|sampled)"/)(head);
}

/**
 * Kinds of file that are known by their content and not read yet, so that whoever brings one is told so and not that the
 * file is broken. The titles fit into "this is ...".
 */
export const RECOGNISED: readonly TraceFormat[] = [
  {
    name: 'cpuprofile',
    title: 'a V8 CPU profile',
    extensions: ['.cpuprofile'],
    sniff: marked(/^\{/, /"nodes"\s*:|"bailoutReason"\s*:/, /"callFrame"\s*:|"hitCount"\s*:/),
  },
  {
    name: 'parquet',
    title: 'a Parquet file',
    extensions: ['.parquet'],
    sniff: (head) => (head.startsWith('PAR1') ? 0.9 : 0),
  },
];
