import type { Suite } from '../suite.ts';
import { analysis } from './analysis.ts';
import { compare } from './compare.ts';
import { engine } from './conductor/engine.ts';
import { sinks } from './conductor/sinks.ts';
import { durable } from './durable.ts';
import { flameLayout } from './flame.ts';
import { live } from './live.ts';
import { history } from './history.ts';
import { otlpDecode } from './otlp-decode.ts';
import { openArrow } from './open-arrow.ts';
import { profileProcess } from './profile-process.ts';
import { recording } from './recording.ts';
import { storeWrites } from './store-writes.ts';
import { columns, traceFiles } from './trace-files.ts';
import { whatIfs } from './what-if.ts';

export const suites: readonly Suite[] = [
  analysis,
  compare,
  engine,
  sinks,
  durable,
  flameLayout,
  live,
  history,
  recording,
  storeWrites,
  openArrow,
  otlpDecode,
  profileProcess,
  traceFiles,
  columns,
  whatIfs,
];
