import type { Suite } from '../suite.ts';
import { analysis } from './analysis.ts';
import { engine } from './conductor/engine.ts';
import { sinks } from './conductor/sinks.ts';
import { flameLayout } from './flame.ts';
import { columns, traceFiles } from './trace-files.ts';

export const suites: readonly Suite[] = [analysis, engine, sinks, flameLayout, traceFiles, columns];
