import { randomUUID } from 'node:crypto';
import type { JournalEntry, JsonValue } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../errors.ts';
import { done } from '../testing/traces.ts';
import { JournalSeal, MAX_PAYLOAD_BYTES } from './seal.ts';

const KEY = new Uint8Array(32).fill(1);
const [workspaceId, executionId] = [randomUUID(), randomUUID()];
const seal = new JournalSeal(KEY, workspaceId, executionId);

async function codeOf(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof StoreError ? error.code : 'none';
}

/** What `JSON.parse` returns is JSON. */
function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

describe('a sealed entry', () => {
  it('opens to what it was', async () => {
    const arbitrary = fc.record({ path: fc.string({ unit: 'binary' }), text: fc.json() });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ path, text }) => {
        const output: unknown = JSON.parse(text);
        if (!isJson(output)) return;
        const entry = done(path, { output });
        const opened = await seal.open(path, await seal.seal(entry));
        expect(JSON.stringify(opened.output)).toBe(JSON.stringify(output)); // JSON has no -0
        expect({ ...opened, output }).toEqual(entry);
      }),
      { numRuns: 300 },
    );
    const failed: JournalEntry = done('f', {
      status: 'timeout',
      output: null,
      error: { code: 'timeout', message: 'too slow', nodeKey: 'f' },
      attempts: 3,
    });
    expect(await seal.open('f', await seal.seal(failed))).toEqual(failed);
  });

  it.each([1_000, 60_000, 3_000_000])('of %i repetitive characters is smaller, and opens', async (length) => {
    const entry = done('big', { output: 'secret '.repeat(length / 7) });
    const sealed = await seal.seal(entry);
    if (length > 2048) expect(sealed.byteLength).toBeLessThan(length / 10);
    expect(await seal.open('big', sealed)).toEqual(entry);
  });

  it('shows nothing of what is in it, and no two are alike', async () => {
    const entry = done('a', { output: { token: 'canary-7c1e' } });
    const [one, other] = [await seal.seal(entry), await seal.seal(entry)];
    expect(one.includes('canary') || one.includes('output')).toBe(false);
    expect(one.subarray(6).equals(other.subarray(6))).toBe(false);
  });

  it('is refused when any byte of it is another, or some are missing', async () => {
    const sealed = await seal.seal(done('a'));
    for (let at = 0; at < sealed.byteLength; at++) {
      const forged = Buffer.from(sealed);
      forged[at] = (forged[at] ?? 0) ^ 1;
      const code = at >= 2 && at < 6 ? 'journal_key_mismatch' : 'journal_damaged';
      expect(await codeOf(seal.open('a', forged)), `byte ${at}`).toBe(code);
      expect(await codeOf(seal.open('a', sealed.subarray(0, at))), `cut at ${at}`).toBe('journal_damaged');
    }
    expect(await codeOf(seal.open('a', Buffer.concat([sealed, Buffer.of(0)])))).toBe('journal_damaged');
  });

  it('opens nowhere but in its own place, under its own key', async () => {
    const sealed = await seal.seal(done('a'));
    expect(await codeOf(seal.open('b', sealed))).toBe('journal_damaged');
    for (const [workspace, execution] of [
      [randomUUID(), executionId],
      [workspaceId, randomUUID()],
    ] as const) {
      expect(await codeOf(new JournalSeal(KEY, workspace, execution).open('a', sealed))).toBe('journal_damaged');
    }
    const other = new JournalSeal(new Uint8Array(32).fill(2), workspaceId, executionId);
    expect(await codeOf(other.open('a', sealed))).toBe('journal_key_mismatch');
  });

  it('has a greatest size', async () => {
    const fits = done('a', { output: 'x'.repeat(MAX_PAYLOAD_BYTES - 1000) });
    expect(await seal.open('a', await seal.seal(fits))).toEqual(fits);
    expect(await codeOf(seal.seal(done('a', { output: 'x'.repeat(MAX_PAYLOAD_BYTES) })))).toBe('payload_too_large');
  });
});
