import type { Suite } from '../suite.ts';
import { analysis } from './analysis.ts';
import { flameLayout } from './flame.ts';
import { columns, traceFiles } from './trace-files.ts';

export const suites: readonly Suite[] = [analysis, flameLayout, traceFiles, columns];
