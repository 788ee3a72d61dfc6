import { startBench } from '../page/bench.ts';

const files = import.meta.glob('./contestants/*.js');
startBench(Object.fromEntries(Object.entries(files).map(([path, load]) => [path.replace(/^.*\/|\.js$/g, ''), load])));
