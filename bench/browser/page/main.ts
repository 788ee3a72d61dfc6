import { startBench } from './bench.ts';
import type { MakeContestant } from './contestant.ts';

const files = import.meta.glob<{ make: MakeContestant }>('./contestants/*.ts');
startBench(Object.fromEntries(Object.entries(files).map(([path, load]) => [path.replace(/^.*\/|\.ts$/g, ''), load])));
