import { serveCharts } from '@flowprof/flame/worker';

serveCharts();
