import type { Suite } from '../suite.ts';
import { analysis } from './analysis.ts';
import { columns, traceFiles } from './trace-files.ts';

export const suites: readonly Suite[] = [analysis, traceFiles, columns];
