/** Makes the browser save a file. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken hold of it once the click is dealt with.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}
