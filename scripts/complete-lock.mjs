// Completes package-lock.json after a change of dependencies. Where a registry does not list an optional package of another platform, npm leaves
// its entry without a version, and `npm ci` then refuses the lock file. What the entry has to say stands in the package that asks for it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/prepare.mjs';

const OS = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
  windows: 'win32',
};
const CPU = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];

/** The platform in the name of an optional package, e.g. `@swc/core-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.map((word) => OS[word]).find((word) => word !== undefined);
  const cpu = CPU.find((word) => words.includes(word));
  const libc = words.find((word) => /^(?:gnu|musl)/.test(word));
  return {
    ...(cpu !== undefined && { cpu: [cpu] }),
    ...(os !== undefined && { os: [os] }),
    ...(os === 'linux' && libc !== undefined && { libc: [libc.startsWith('musl') ? 'musl' : 'glibc'] }),
  };
}

const path = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
let added = 0;
for (const [where, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${where}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested]?.version !== undefined || lock.packages[hoisted]?.version !== undefined) continue;
    if (!/^\d/.test(version)) throw new Error(`${where} asks for ${name} ${version}, which is no exact version`);
    lock.packages[hoisted] = { version, ...platformOf(name), ...(entry.dev && { dev: true }), optional: true };
    added++;
  }
}
const keys = Object.keys(lock.packages).sort();
lock.packages = Object.fromEntries(keys.map((key) => [key, lock.packages[key]]));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} entries completed\n`);
