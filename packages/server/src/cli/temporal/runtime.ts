import { Runtime, type LogLevel } from '@temporalio/worker';

import type { CliIo } from '../io.ts';

/** Lets Temporal's library say on stderr only what goes wrong, and leave Ctrl-C to the command. */
export function quietRuntime(io: CliIo): void {
  const say = (level: LogLevel, message: string): void => {
    if (level === 'ERROR') io.err.write(`flowprof: temporal: ${message}\n`);
  };
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: say,
      trace: () => {},
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (message) => say('ERROR', message),
    },
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
}
