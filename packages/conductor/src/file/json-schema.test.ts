import { expect, test } from 'vitest';
import { workflowJsonSchema } from './json-schema.ts';

/** Written anew by `npm run schema -w packages/conductor`. */
test('the published JSON Schema is the one that the code makes', async () => {
  const text = `${JSON.stringify(workflowJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../schema/workflow.schema.json');
});
