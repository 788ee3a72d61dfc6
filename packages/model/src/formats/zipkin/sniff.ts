/** How sure it is that a file which begins with this text holds spans in the JSON of Zipkin. */
export function sniffZipkin(head: string): number {
  if (!/^[{[]/.test(head) || !/"traceId"\s*:/.test(head)) return 0;
  // OTLP and other spans have a `spanId` where Zipkin has an `id`.
  if (/"(spanId|spanID|resourceSpans|startTimeUnixNano)"\s*:/.test(head)) return 0;
  if (!/"id"\s*:/.test(head)) return 0;
  if (/"(localEndpoint|remoteEndpoint|binaryAnnotations)"\s*:/.test(head)) return 0.75;
  return /"(annotations|timestamp|duration|parentId|kind)"\s*:/.test(head) ? 0.7 : 0;
}
