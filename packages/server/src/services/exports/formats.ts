import { TRACE_FORMATS, writeTraceFile, writeTraceFiles, type Micros, type Trace } from '@flowprof/model';
import { writeHtml } from './html.ts';

/** A format that executions are written in: those of the model, and the page that needs nothing else. */
export interface ExportFormat {
  readonly name: string;
  readonly title: string;
  /** What a file's name ends in, the usual one first. */
  readonly extensions: readonly string[];
  readonly mediaType: string;
  /** Whether a file may hold several executions. */
  readonly holdsSeveral: boolean;
}

const HTML: ExportFormat = {
  name: 'html',
  title: 'a page that opens without a server',
  extensions: ['.html', '.htm'],
  mediaType: 'text/html',
  holdsSeveral: false,
};

/** Every format that is written. */
export const EXPORT_FORMATS: readonly ExportFormat[] = [
  ...TRACE_FORMATS.filter(({ write }) => write !== undefined).map(
    ({ name, title, extensions, mediaType, writeAll }): ExportFormat => ({
      name,
      title,
      extensions,
      mediaType: mediaType ?? 'application/octet-stream',
      holdsSeveral: writeAll !== undefined,
    }),
  ),
  HTML,
];

/** The format of a name; null when there is none. */
export function exportFormat(name: string): ExportFormat | null {
  return EXPORT_FORMATS.find((format) => format.name === name) ?? null;
}

/** The format that a file's name tells by the longest ending of the table; null when it tells none. */
export function formatOfFile(file: string): ExportFormat | null {
  const name = file.toLowerCase();
  let best: { readonly format: ExportFormat; readonly length: number } | null = null;
  for (const format of EXPORT_FORMATS) {
    for (const ending of format.extensions) {
      if (name.endsWith(ending) && ending.length > (best?.length ?? 0)) best = { format, length: ending.length };
    }
  }
  return best?.format ?? null;
}

/** Writes one execution. @throws {TraceFileError} */
export async function writeExport(trace: Trace, { name }: ExportFormat, now?: Micros): Promise<Uint8Array> {
  return name === HTML.name ? writeHtml(trace, now) : writeTraceFile(trace, name);
}

/** Writes executions into one file. @throws {TraceFileError} `unsupported_format` where the format holds one only */
export async function writeExports(traces: readonly Trace[], format: ExportFormat): Promise<Uint8Array> {
  const [first] = traces;
  return traces.length === 1 && first ? writeExport(first, format) : writeTraceFiles(traces, format.name);
}
