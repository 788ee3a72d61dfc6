import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { isJsonObject, type JsonObject } from '@flowprof/model';
import { z } from 'zod';

import { CommandFailure } from './errors.ts';

/** The example workflows, in the order in which they are loaded and run. The last one is shown in the terminal. */
export const EXAMPLES = ['basic_sequence', 'parallel_processing', 'conditional_workflow', 'data_pipeline'] as const;

/** The folder of the examples: in the package, or at the top of the repository. */
function examplesFolder(): string {
  const candidates = ['../../examples/workflows/', '../../../../examples/workflows/'];
  const folders = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = folders.find((folder) => existsSync(folder));
  if (found === undefined) throw new CommandFailure('the example workflows are not there');
  return found;
}

/** An example as its file has it. @throws {CommandFailure} */
export function readExample(name: string): JsonObject {
  const value = z.json().parse(JSON.parse(readFileSync(`${examplesFolder()}${name}.json`, 'utf8')));
  if (!isJsonObject(value)) throw new CommandFailure(`the example ${name} is no workflow`);
  return value;
}
