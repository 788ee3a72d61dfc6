/** How sure it is that a file which begins with this text tells of a run of Nextflow. */
export function sniffNextflow(head: string): number {
  if (/^[{[]/.test(head)) return sniffJson(head);
  const [first = ''] = head.split(/[\r\n]/, 1);
  const columns = new Set(first.split(/[\t,;|]/).map((name) => name.trim().replaceAll('"', '')));
  const isTrace = columns.has('task_id') && ['hash', 'native_id', 'realtime'].some((name) => columns.has(name));
  return isTrace || (columns.has('realtime') && columns.has('process') && columns.has('submit')) ? 0.8 : 0;
}

/** Tasks and runs of Seqera Platform, and the messages that Nextflow posts to a web log. */
function sniffJson(head: string): number {
  const has = (...marks: readonly RegExp[]) => marks.every((mark) => mark.test(head));
  if (has(/"taskId"\s*:/, /"(nativeId|submit)"\s*:/)) return 0.75;
  if (has(/"task_id"\s*:/, /"(native_id|realtime)"\s*:/, /"(submit|hash)"\s*:/)) return 0.75;
  if (has(/"runName"\s*:/, /"(submit|dateCreated|utcTime|sessionId)"\s*:/)) return 0.75;
  return has(/"(peakTasks|peakCpus)"\s*:/, /"(loadTasks|loadCpus)"\s*:/) ? 0.7 : 0;
}
