import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOM = join(import.meta.dirname, '../..');
const BIN = join(ROOM, '../../node_modules/.bin');
const GENERATED = 'flowprof/callbacks/v1/callbacks_pb.ts';

async function buf(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, PATH: `${BIN}:${process.env['PATH'] ?? ''}` };
  const { stdout } = await promisify(execFile)(join(BIN, 'buf'), args, { cwd: ROOM, env });
  return stdout;
}

it('the schema of callbacks is as buf wants it', async () => {
  expect(await buf('lint')).toBe('');
});

it('the code for it is what `npm run proto -w @flowprof/ingest` makes', async () => {
  const out = await mkdtemp(join(tmpdir(), 'callbacks-proto-'));
  const plugin = { local: 'protoc-gen-es', out, opt: ['target=ts', 'import_extension=ts'] };
  await buf('generate', '--template', JSON.stringify({ version: 'v2', plugins: [plugin] }));
  const made = await readFile(join(out, GENERATED), 'utf8');
  expect(await readFile(join(import.meta.dirname, 'generated', GENERATED), 'utf8')).toBe(made);
  await rm(out, { recursive: true, force: true });
});
