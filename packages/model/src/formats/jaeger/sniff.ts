const SPAN = /"spanI[dD]"\s*:/;
const JAEGER = /"(operationName|processID|references|refType)"\s*:/;

/** How sure it is that a file which begins with this text is a trace in the JSON of Jaeger. */
export function sniffJaeger(head: string): number {
  if (!/^[{[]/.test(head)) return 0;
  if (/"traceID"\s*:/.test(head) && (SPAN.test(head) || /"(processes|spans)"\s*:/.test(head))) return 0.8;
  // Traces cut from their test cases may have no id of a trace.
  if (SPAN.test(head) && JAEGER.test(head)) return 0.7;
  return 0;
}
