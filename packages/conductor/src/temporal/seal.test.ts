import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { Seal, sealSecrets, strikeSealed, unsealedOf } from './seal.ts';

const seal = new Seal(new Uint8Array(32).fill(7));

test('what is sealed comes back, in the middle of texts as well', () => {
  assert(
    property(string({ unit: 'grapheme' }), string(), (secret, around) => {
      const token = seal.seal(secret);
      const plain = around.replaceAll('flowprof:sealed', '');
      expect(seal.unseal({ a: [`${plain}${token}${plain}`] }).params).toEqual({ a: [`${plain}${secret}${plain}`] });
      expect(seal.seal(secret)).toBe(token);
    }),
  );
});

test('what was opened is sealed again wherever it stands', () => {
  const opened = seal.unseal({ headers: { authorization: `Bearer ${seal.seal('geheimnis')}` } });
  expect(opened.secrets).toEqual(['geheimnis']);
  expect(opened.text('no geheimnis here')).toBe(`no ${seal.seal('geheimnis')} here`);
  expect(opened.value({ geheimnis: ['a geheimnis'] })).toEqual({
    [seal.seal('geheimnis')]: [`a ${seal.seal('geheimnis')}`],
  });
  expect(strikeSealed(opened.value(['geheimnis']))).toEqual(['[redacted]']);
});

test('another key opens nothing, nor does none', () => {
  const params = { a: seal.seal('geheimnis') };
  const other = new Seal(new Uint8Array(32).fill(8));
  expect(() => other.unseal(params)).toThrow();
  expect(() => unsealedOf(null, params)).toThrow(RangeError);
  expect(unsealedOf(null, { a: 'b' }).params).toEqual({ a: 'b' });
  expect(() => new Seal(new Uint8Array(16))).toThrow(RangeError);
});

test('values and defaults of secret inputs are sealed, and refused without a key', () => {
  const workflow = {
    name: 'w',
    inputs: { token: { type: 'string' as const, secret: true, default: 'open' }, n: { type: 'number' as const } },
    nodes: [],
  };
  const done = sealSecrets(workflow, { token: 'mine', n: 3 }, seal);
  expect(done.input).toEqual({ token: seal.seal('mine'), n: 3 });
  expect(JSON.stringify(done)).not.toContain('"open"');
  expect(() => sealSecrets(workflow, { token: 'mine' }, null)).toThrow(/a key is needed/);
  expect(() => sealSecrets(workflow, { token: 5 }, seal)).toThrow(/texts/);
});
