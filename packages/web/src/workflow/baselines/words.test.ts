import { describe, expect, it } from 'vitest';
import { readBaselineForm, sourceWords, type BaselineForm } from './words.ts';

const form: BaselineForm = { name: 'spring', kind: 'last', runs: '20', version: '1', execution: '' };

describe('the form of a baseline', () => {
  it('asks for the last runs, those of a version, or one', () => {
    expect(readBaselineForm(form)).toEqual({ madeOf: { kind: 'last', runs: 20 } });
    expect(readBaselineForm({ ...form, kind: 'version' })).toEqual({
      madeOf: { kind: 'version', version: 1, runs: 20 },
    });
    expect(readBaselineForm({ ...form, kind: 'execution', execution: 'e1' })).toEqual({
      madeOf: { kind: 'execution', execution_id: 'e1' },
    });
  });

  it('says what is wrong', () => {
    expect(readBaselineForm({ ...form, name: ' ', runs: '0' })).toEqual({
      problems: { name: 'Expected a name', runs: 'Expected a number from 1 to 200' },
    });
    expect(readBaselineForm({ ...form, kind: 'version', version: 'x' })).toHaveProperty('problems.version');
    expect(readBaselineForm({ ...form, kind: 'execution', runs: '' })).toHaveProperty('problems.execution');
  });
});

describe('what a baseline is made of', () => {
  it.each([
    [{ kind: 'last', runs: 20 }, 'the last 20 runs at that time'],
    [{ kind: 'version', version: 3, runs: 50 }, 'runs of version 3'],
    [{ kind: 'list', count: 2 }, '2 chosen runs'],
    [{ kind: 'execution', execution_id: 'e' }, 'one run'],
  ] as const)('%o is %s', (source, text) => {
    expect(sourceWords(source)).toBe(text);
  });
});
