import { rmSync } from 'node:fs';

/** Removes the data of the server that the tests ran against. */
function removeData(): void {
  const folder = process.env['FLOWPROF_E2E_DATA'];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

export default removeData;
