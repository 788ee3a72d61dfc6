/** In a file of its own, so that the writers of trace files are loaded when a file is asked for. */
export { writeTraceFile } from '@flowprof/model';
