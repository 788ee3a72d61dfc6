import { describe, expect, it } from 'vitest';
import { fieldText, KINDS_OF_RULES, readRuleForm, ruleWords } from './ruleForm.ts';

const GIVEN = { name: ' Slow ', severity: 'high', fire_after: '1', resolve_after: '2' };

function read(kind: Parameters<typeof readRuleForm>[0], fields: Readonly<Record<string, string>>) {
  const all: Readonly<Record<string, string>> = { ...GIVEN, ...fields };
  const result = readRuleForm(kind, (name) => all[name] ?? '', null);
  return 'body' in result ? result.body : Object.fromEntries(result.problems);
}

const words = (kind: string, config: Readonly<Record<string, unknown>>): string => ruleWords({ kind, config });

describe('the form of a rule', () => {
  it('gives what the API takes, seconds as milliseconds and what is empty as null', () => {
    expect(read('duration_limit', { limit_s: '1.5', node: '' })).toEqual({
      name: 'Slow',
      severity: 'high',
      fire_after: 1,
      resolve_after: 2,
      channel_ids: null,
      config: { limit_ms: 1500, node: null },
    });
    expect(read('deadline', { limit_s: '60', risk_percent: '' })).toMatchObject({
      config: { limit_ms: 60_000, risk_percent: null },
    });
    expect(read('slower_than_usual', { percent: '25', runs: '30', node: 'load' })).toMatchObject({
      config: { percent: 25, runs: 30, node: 'load', sustained: false, baseline_id: null },
    });
    expect(read('cost', { limit: '2', prices: '{"currency": "EUR"}' })).toMatchObject({
      config: { limit: 2, prices: { currency: 'EUR' } },
    });
    expect(read('cost', { limit: '2', prices: ' ' })).toMatchObject({ config: { limit: 2, prices: null } });
  });

  it('says what is wrong at each field', () => {
    expect(read('failure_rate', { percent: '100', runs: '5', min_runs: '6', name: '', fire_after: '0' })).toEqual({
      name: 'Expected a name of up to 200 characters',
      fire_after: 'Expected a whole number from 1 to 50',
      percent: 'Expected a number from 0 to 99',
      min_runs: 'Expected no more than the last runs',
    });
    expect(read('cost', { limit: '2', prices: '[]' })).toEqual({ prices: 'Expected a JSON object' });
    expect(read('slower_than_usual', { percent: '', runs: '2.5' })).toEqual({
      percent: 'Expected a number from 1 to 10000',
      runs: 'Expected a whole number from 5 to 100',
    });
  });

  it('begins with what there is to begin with, or with the rule as it is', () => {
    const [limit, node] = KINDS_OF_RULES.duration_limit.fields;
    if (!limit || !node) throw new Error('there are two');
    expect([fieldText(limit, null), fieldText(node, null)]).toEqual(['60', '']);
    const config = { limit_ms: 2500, node: 'load' };
    expect([fieldText(limit, config), fieldText(node, config)]).toEqual(['2.5', 'load']);
    const prices = KINDS_OF_RULES.cost.fields.find(({ name }) => name === 'prices');
    if (!prices) throw new Error('there is one');
    const texts = [null, { prices: null }, { prices: { currency: 'EUR' } }].map((one) => fieldText(prices, one));
    expect(texts).toEqual(['', '', '{\n  "currency": "EUR"\n}']);
  });

  it('says in words what a rule looks for', () => {
    expect(words('duration_limit', { limit_ms: 2500, node: 'load' })).toBe('The node load takes longer than 2.5 s');
    expect(words('failure_rate', { percent: 10, runs: 20 })).toBe('More than 10% of the last 20 runs fail');
    expect(words('failure_rate', { percent: 0, runs: 1 })).toBe('A run fails');
    expect(words('deadline', { limit_ms: 60_000, risk_percent: 80 })).toContain('or 80% likely not to be');
    const slower = { percent: 20, runs: 30, sustained: true, baseline_id: null };
    expect(words('slower_than_usual', slower)).toBe('A run is 20% slower than the 30 before, and stays so');
    expect(words('cost', { limit: 2, prices: { currency: 'EUR' } })).toBe('A run costs more than 2 EUR');
    expect(words('cost', { limit: 2, prices: null })).toBe("A run costs more than 2 by the workspace's prices");
    expect(words('of a later server', {})).toBe('of a later server');
  });
});
