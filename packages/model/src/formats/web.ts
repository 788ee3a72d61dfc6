/**
 * The web standards that the readers use, in browsers and in Node alike. They are declared here because the compiler's
 * `dom` library would bring `window` and `document` with it, which this package must not touch.
 */
interface ChunkReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
  cancel(): Promise<void>;
}

interface ChunkWriter {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

interface ByteTransform {
  readonly readable: { getReader(): ChunkReader };
  readonly writable: { getWriter(): ChunkWriter };
}

declare const DecompressionStream: new (format: 'gzip') => ByteTransform;

declare const CompressionStream: new (format: 'gzip') => ByteTransform;

declare const TextDecoder: new (
  encoding: 'utf-8',
  options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean },
) => { decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string };

declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Keeps nothing between two calls, and takes longer to make than to decode a short text. */
const lenient = new TextDecoder('utf-8');

declare const atob: (data: string) => string;

/** What is written as base64; null where it is no such thing. */
export function bytesOfBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** Text as UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** UTF-8 as text, without its byte order mark; bytes that are not UTF-8 become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return lenient.decode(bytes);
}

/** What turns UTF-8 that comes in chunks into text: a character may be divided between two of them. */
export function textDecoder(): { readonly push: (bytes: Uint8Array) => string; readonly finish: () => string } {
  const decoder = new TextDecoder('utf-8');
  return { push: (bytes) => decoder.decode(bytes, { stream: true }), finish: () => decoder.decode() };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 as text with all its characters, a byte order mark too; bytes that are not UTF-8 become U+FFFD. */
export function wholeTextOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** UTF-8 as text. @throws {TypeError} when the bytes are not UTF-8 */
export function exactTextOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** The two halves of gzip: what goes in, and a reader of what comes out. */
export function gunzipStream(): { readonly input: ChunkWriter; readonly output: ChunkReader } {
  const stream = new DecompressionStream('gzip');
  return { input: stream.writable.getWriter(), output: stream.readable.getReader() };
}

/** The two halves of packing with gzip. */
export function gzipStream(): { readonly input: ChunkWriter; readonly output: ChunkReader } {
  const stream = new CompressionStream('gzip');
  return { input: stream.writable.getWriter(), output: stream.readable.getReader() };
}
