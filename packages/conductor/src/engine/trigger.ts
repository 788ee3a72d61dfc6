import { NONE, ZERO, type Micros } from '@flowprof/model';
import { TRIGGER_POSITION } from '../graph/begin.ts';
import type { RunTrigger } from '../types.ts';
import type { Endings } from './endings.ts';
import type { Instances } from './instances.ts';
import type { Recorder } from './recorder.ts';

/** When what started a run had ended; 0 where nothing did. */
export function endOfTrigger(trigger: RunTrigger | undefined): Micros {
  return trigger?.phases.at(-1)?.end ?? ZERO;
}

/** Writes down what started a run, unless an earlier trace has it, and lets the first nodes go on. */
export function endTrigger(trigger: RunTrigger, instances: Instances, recorder: Recorder, endings: Endings): void {
  const index = TRIGGER_POSITION;
  const end = endOfTrigger(trigger);
  const known = recorder.leafBefore(index, ZERO);
  if (known === null) {
    recorder.state(index, 'running', ZERO, null);
    const span = recorder.open('node', trigger.name, ZERO, index, NONE);
    for (const { name, start, end: to, metadata } of trigger.phases) {
      recorder.phase(name, start, to, index, span, metadata);
    }
    recorder.close(span, end, 'completed');
    instances.span[index] = span;
  } else {
    recorder.settle(index, end, 'completed');
    instances.span[index] = known.span;
  }
  instances.setStatus(index, 'running');
  endings.restore(index, { status: 'completed', output: null }, end, 1);
}
