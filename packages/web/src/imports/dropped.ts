/** So many files of dropped folders are taken at most, so that a mistaken drop of a disk ends. */
const MOST_FILES = 1000;

function fileOf(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((resolve) => {
    entry.file(resolve, () => resolve(null));
  });
}

/** The next entries of a folder; none at its end, or where it cannot be read. */
function nextEntries(reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> {
  return new Promise((resolve) => {
    reader.readEntries(resolve, () => resolve([]));
  });
}

/** What stands in a folder. A reader gives some at a time, until it gives none. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (let some = await nextEntries(reader); some.length > 0; some = await nextEntries(reader)) all.push(...some);
  return all;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/**
 * Takes what was dropped: files at once, and those of folders, at any depth, as they are found. Files that a system hides
 * are left out.
 */
export async function takeDropped(dropped: DataTransfer | null, take: (files: readonly File[]) => void): Promise<void> {
  // All of this has to be asked for before the first wait: the browser forgets what was dropped after that.
  const items = Array.from(dropped?.items ?? []).filter(({ kind }) => kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry());
  const files = Array.from(dropped?.files ?? []);
  const folders = entries.filter((entry) => entry !== null && isFolder(entry));
  if (folders.length === 0) return take(files);
  const open: FileSystemEntry[] = entries.filter((entry) => entry !== null);
  let taken = 0;
  for (let entry = open.shift(); entry !== undefined && taken < MOST_FILES; entry = open.shift()) {
    if (entry.name.startsWith('.')) continue;
    if (isFolder(entry)) open.push(...(await entriesOf(entry)));
    else if (isFile(entry)) {
      const file = await fileOf(entry);
      if (file !== null) take([file]);
      taken++;
    }
  }
}
