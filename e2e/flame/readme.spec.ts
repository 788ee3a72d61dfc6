import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DARK } from '@flowprof/flame';
import { expect } from '@playwright/test';
import { countPixels, test } from './flame.ts';

test('the example in the README runs', async ({ open }) => {
  const example = readFileSync(join(import.meta.dirname, 'page/example.ts'), 'utf8');
  const readme = readFileSync(join(import.meta.dirname, '../../packages/flame/README.md'), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  const page = await open('', 'example.html');
  expect(await countPixels(page, DARK.failed.fill)).toBeGreaterThan(1_000);
  expect(await countPixels(page, DARK.critical)).toBeGreaterThan(1_000);
});
