import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { MAX_BYTES, readTraceInput } from './trace-input.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowprof-input-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const nothing = (): Readable => Readable.from([]);

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function textOf(source: string, stdin: Readable = nothing()): Promise<string> {
  return Buffer.from(await readTraceInput(source, stdin)).toString();
}

const packed = gzipSync('{"traceEvents":[]}');

/** The claim of the size at the end of a gzip file, replaced. */
function claiming(size: number): Uint8Array {
  const bytes = Buffer.from(packed);
  bytes.writeUInt32LE(size, bytes.length - 4);
  return bytes;
}

describe('what is read', () => {
  test.each<[string, Uint8Array, string]>([
    ['plain.json', Buffer.from('[]'), '[]'],
    ['called-packed.json.gz', Buffer.from('[]'), '[]'],
    ['called-plain.json', packed, '{"traceEvents":[]}'],
    ['two-members.gz', Buffer.concat([gzipSync('[1,'), gzipSync('2]')]), '[1,2]'],
    ['padded.gz', Buffer.concat([packed, new Uint8Array(512)]), '{"traceEvents":[]}'],
    ['empty', new Uint8Array(0), ''],
    ['of-nothing.gz', gzipSync(''), ''],
  ])('%s', async (name, content, expected) => {
    expect(await textOf(file(name, content))).toBe(expected);
    expect(await textOf('-', Readable.from([content]))).toBe(expected);
  });

  test('stdin in pieces', async () => {
    expect(await textOf('-', Readable.from([packed.subarray(0, 7), packed.subarray(7)]))).toBe('{"traceEvents":[]}');
  });

  test('a named pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [text] = await Promise.all([textOf(pipe), writeFile(pipe, packed)]);
    expect(text).toBe('{"traceEvents":[]}');
  });
});

describe('what is refused, in one line', () => {
  test.each<[string, Uint8Array]>([
    ['cut.gz', packed.subarray(0, 20)],
    ['cut-in-the-header.gz', packed.subarray(0, 5)],
    ['magic-only.gz', packed.subarray(0, 2)],
    ['more.gz', Buffer.concat([packed, Buffer.from('more')])],
    ['claims-less.gz', claiming(1)],
    ['claims-more.gz', claiming(0xffff_ffff)],
  ])('%s', async (name, content) => {
    const path = file(name, content);
    await expect(readTraceInput(path, nothing())).rejects.toThrowError(`${path}: the gzip data is damaged or ends`);
  });

  test('what is not there, a folder, and a path through a file', async () => {
    const path = file('a', '');
    await expect(readTraceInput(join(folder, 'none'), nothing())).rejects.toThrowError('none: no such file or folder');
    await expect(readTraceInput(folder, nothing())).rejects.toThrowError(`cannot read ${folder}: it is a folder`);
    await expect(readTraceInput(join(path, 'b'), nothing())).rejects.toThrowError('a part of the path is no folder');
    await expect(readTraceInput(join(folder, 'n'.repeat(300)), nothing())).rejects.toThrowError('name is too long');
  });

  test('a file that is too large, by its size alone', async () => {
    const path = file('sparse.json', '');
    truncateSync(path, MAX_BYTES + 1);
    await expect(readTraceInput(path, nothing())).rejects.toThrowError(`${path}: it is larger than 1 GiB`);
  });
});
