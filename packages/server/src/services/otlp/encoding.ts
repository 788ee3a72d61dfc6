/** How the spans of a request are written. */
export type OtlpEncoding = 'protobuf' | 'json';
