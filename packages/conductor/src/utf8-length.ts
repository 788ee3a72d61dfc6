/** How many bytes a text has as UTF-8. Where workflows of Temporal run there is no `Buffer`, which is quicker. */
export function utf8Length(text: string): number {
  return typeof Buffer === 'undefined' ? new TextEncoder().encode(text).length : Buffer.byteLength(text);
}
