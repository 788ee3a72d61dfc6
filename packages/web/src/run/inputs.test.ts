import { describe, expect, it } from 'vitest';
import type { InputType, WorkflowInput } from '../api/types.ts';
import { fieldText, readField, readForm } from './inputs.ts';

function declared(type: InputType, more: Partial<WorkflowInput> = {}): WorkflowInput {
  return { name: type, type, description: null, required: false, fallback: undefined, secret: false, ...more };
}

describe('the fields of a run', () => {
  it.each([
    ['string', 'two words ', 'two words '],
    ['string', '5', '5'],
    ['number', ' 1.5e3 ', 1500],
    ['boolean', 'false', false],
    ['array', '["a", 1]', ['a', 1]],
    ['object', '{"a": null}', { a: null }],
    ['number', '', undefined],
  ] as const)('a %s reads %j', (type, text, value) => {
    expect(readField(declared(type), text)).toEqual({ value });
  });

  it.each([
    ['number', 'five'],
    ['number', '"5"'],
    ['boolean', '1'],
    ['array', '{}'],
    ['object', '{a: 1}'],
  ] as const)('a %s refuses %j', (type, text) => {
    expect(readField(declared(type), text)).toHaveProperty('problem');
  });

  it('an empty field leaves the default, or is missed where there is none', () => {
    expect(readField(declared('number', { required: true, fallback: 5 }), '')).toEqual({ value: undefined });
    expect(readField(declared('number', { required: true }), ' ')).toHaveProperty('problem');
    expect(readField(declared('string', { fallback: 'tools' }), '')).toEqual({ value: '' });
  });

  it.each([
    ['string', 'a "b"'],
    ['number', 5],
    ['boolean', true],
    ['array', [1, 'x']],
    ['object', { a: { b: 1 } }],
  ] as const)('shows a %s so that it reads the same', (type, value) => {
    const input = declared(type, { fallback: value });
    expect(readField(input, fieldText(input))).toEqual({ value });
  });

  it('a secret begins empty whatever is known of it, and an empty one leaves it out', () => {
    const secret = declared('string', { secret: true, fallback: 'tools' });
    expect(fieldText(secret, '[redacted]')).toBe('');
    expect(readField(secret, '')).toEqual({ value: undefined });
    expect(readField(declared('string', { secret: true, required: true }), '')).toHaveProperty('problem');
  });

  it('reads a whole form, or tells every problem', () => {
    const inputs = [declared('string'), declared('number'), declared('boolean')];
    const texts = new Map([
      ['string', 'x'],
      ['number', '7'],
    ]);
    expect(readForm(inputs, (name) => texts.get(name) ?? '')).toEqual({ input: { string: 'x', number: 7 } });
    const wrong = readForm(inputs, () => 'y');
    expect('problems' in wrong && [...wrong.problems.keys()]).toEqual(['number', 'boolean']);
  });
});
