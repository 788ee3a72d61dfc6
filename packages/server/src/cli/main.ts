import { processIo } from './io.ts';
import { runCli } from './program.ts';

/** A reader that has seen enough (`flowprof profile x | head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const code = await runCli(process.argv.slice(2), processIo());
// What is written to a pipe has to leave before the process does.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
