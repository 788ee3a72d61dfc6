import { TraceAssembler, type Trace, type TraceEvent } from '@flowprof/model';

/** The trace that these events tell of. */
export function assemble(events: readonly TraceEvent[]): Trace {
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  return assembler.finish();
}
