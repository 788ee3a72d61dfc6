import { isUuid } from '@flowprof/model';

import { formatFor } from './convert.ts';
import { withServer } from './connect.ts';
import { CommandFailure, EXIT, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import { fetchExport } from './remote.ts';
import { writeWholeFile } from './write-file.ts';

/** As commander gives them. */
interface Options {
  readonly format: string | null;
  readonly output: string;
  readonly workspace: string | null;
}

function optionsOf(options: unknown): Options {
  const at = (key: string): string | null => {
    const value: unknown = typeof options === 'object' && options !== null ? Reflect.get(options, key) : undefined;
    return typeof value === 'string' ? value : null;
  };
  return { format: at('format'), output: at('output') ?? '-', workspace: at('workspace') };
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    for await (const chunk of response.body) yield chunk;
  } catch {
    throw new CommandFailure('the server broke off in the middle of the file');
  }
}

/** `flowprof export`. Returns the exit code. @throws {UsageError} @throws {CommandFailure} */
export async function exportCommand(id: string, options: unknown, io: CliIo): Promise<number> {
  const { format: name, output, workspace } = optionsOf(options);
  if (!isUuid(id)) throw new UsageError(`${id} is no id of an execution`);
  const format = formatFor(name ?? (output === '-' ? 'json' : null), output, '--format');
  await withServer({}, io, async (api) => {
    const file = chunksOf(await fetchExport(api, { id, workspace }, format.name));
    if (output !== '-') return writeWholeFile(output, file);
    for await (const chunk of file) await io.out.writeBytes(chunk);
    return undefined;
  });
  return EXIT.fine;
}
