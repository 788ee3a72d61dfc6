/** Renews `src/client/generated/schema.ts` from the description that a server of this version gives of itself. */
import { writeFile } from 'node:fs/promises';
import { clientTypes } from './client-types.ts';
import { startTestServer } from './harness.ts';

const server = await startTestServer();
try {
  const types = await clientTypes((await server.call('/api/openapi.json')).text);
  await writeFile(new URL('../src/client/generated/schema.ts', import.meta.url), types);
} finally {
  await server.close();
}
