// Outlives the suite by a moment, however that ended: `node durable-cleaner.mjs <folder>` ends the processes that work
// in the folder and removes it. Elsewhere than on Linux it only removes it.
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';

const folder = process.argv[2];

/** What `read` gives, or what stands for it where a process or file has gone. */
function orElse(other, read) {
  try {
    return read();
  } catch {
    return other;
  }
}

const remove = (name) => rmSync(name, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

function processesInFolder() {
  const all = orElse([], () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)));
  return all.map(Number).filter((pid) => {
    const at = orElse('', () => readlinkSync(`/proc/${pid}/cwd`));
    return at === folder || at.startsWith(`${folder}${path.sep}`);
  });
}

// What is sent to all processes of a terminal ends the others.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.on('disconnect', () => {
  // The folder of the database's socket.
  const { runDir } = orElse({}, () => JSON.parse(readFileSync(path.join(folder, 'flowprof.lock'), 'utf8')));
  for (let left = 5; left > 0; left--) {
    for (const pid of processesInFolder()) orElse(null, () => process.kill(pid, 'SIGKILL'));
  }
  if (typeof runDir === 'string' && path.basename(runDir).startsWith('flowprof-')) remove(runDir);
  remove(folder);
  process.exit(0);
});
process.send('ready');
