export { zooActivities, type AttemptLog, type LoggedAttempt, type ZooActivities } from './activities.ts';
export { connectWorker, makeZooWorker, ZOO_WORKFLOWS, zooBundle, type ZooWorkerOptions } from './worker.ts';
export { runZoo, startZoo, ZOO_KINDS, type StartedZoo, type ZooKind, type ZooRun } from './run.ts';
