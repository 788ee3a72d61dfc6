/** A kind of file that an execution can be saved as. */
interface ExportChoice {
  /** The name that the API knows. */
  readonly format: string;
  readonly label: string;
  readonly use: string;
}

/** The kinds of file that the server writes, what is most often wanted first. */
export const EXPORT_CHOICES: readonly ExportChoice[] = [
  { format: 'html', label: 'HTML page', use: 'Opens offline, to keep and to send on' },
  { format: 'json', label: 'flowprof JSON', use: 'Everything, nothing lost' },
  { format: 'chrome', label: 'Chrome trace', use: 'Perfetto, chrome://tracing' },
  { format: 'speedscope', label: 'speedscope', use: 'speedscope.app' },
  { format: 'otlp', label: 'OTLP JSON', use: 'OpenTelemetry collectors, Jaeger, Tempo' },
  { format: 'pprof', label: 'pprof', use: 'go tool pprof, Pyroscope' },
  { format: 'arrow', label: 'Arrow', use: 'Data frames: pandas, Polars, DuckDB' },
  { format: 'csv', label: 'CSV', use: 'A line for each span: spreadsheets' },
];

/** The name in a `Content-Disposition`; the server uses harmless characters only. */
export function fileNameIn(disposition: string | null, fallback: string): string {
  return /filename="([\w.-]+)"/.exec(disposition ?? '')?.[1] ?? fallback;
}
