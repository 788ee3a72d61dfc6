/** How sure it is that a file which begins with this text holds trace events. */
export function sniffChrome(head: string): number {
  if (head.startsWith('[')) {
    if (/"ph"\s*:\s*"/.test(head)) return 0.8;
    return /^\[\s*\]\s*$/.test(head) ? 0.3 : 0;
  }
  if (!head.startsWith('{')) return 0;
  if (/"traceEvents"\s*:\s*\[/.test(head)) return 0.9;
  // The events may stand behind fields that fill all of the head: PyTorch and Chrome write these first.
  return /"(deviceProperties|distributedInfo|stackFrames|displayTimeUnit)"\s*:/.test(head) ? 0.4 : 0;
}
