import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isList, isSame, parseJson, valueAt } from './json.ts';
import { paramsOf, withPolicy } from './params.ts';
import { isUnfinished, readNumber, readValue, readWords, showValue } from './values.ts';

const SCHEMA = new URL('../../../conductor/schema/workflow.schema.json', import.meta.url);
const schema = parseJson(readFileSync(SCHEMA, 'utf8'));

/** The parameters of a type, from the schema that is published. */
function paramsOfType(type: string) {
  const rules = valueAt(schema, ['$defs', 'node', 'allOf']);
  const rule = isList(rules)
    ? rules.find((one) => valueAt(one, ['if', 'properties', 'type', 'const']) === type)
    : undefined;
  const found = paramsOf(valueAt(rule, ['then', 'properties', 'with']) ?? null);
  return found.map(({ name, control, isRequired }) => [name, control.kind, isRequired]);
}

describe('the form of a node type', () => {
  it('has a control for each parameter, those that are needed first', () => {
    expect(paramsOfType('delay')).toEqual([['ms', 'number', true]]);
    const http = paramsOfType('http');
    expect(http[0]).toEqual(['url', 'text', true]);
    expect(http).toContainEqual(['method', 'choice', false]);
    expect(http).toContainEqual(['headers', 'pairs', false]);
    expect(http).toContainEqual(['auth', 'json', false]);
    expect(http).toContainEqual(['idempotencyKey', 'boolean', false]);
    expect(paramsOfType('switch')).toEqual([
      ['cases', 'rows', true],
      ['default', 'text', false],
    ]);
    expect(paramsOfType('foreach')).toContainEqual(['onItemFailure', 'choice', false]);
    expect(paramsOfType('group')).toEqual([]);
  });

  it('says nothing of what is no schema', () => {
    expect(paramsOf(null)).toEqual([]);
    expect(paramsOf({ properties: { x: 5, y: {} } })).toHaveLength(2);
  });
});

describe('a value as text', () => {
  it('reads the same again, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (given) => {
        const value = parseJson(JSON.stringify(given));
        expect(isSame(readValue(showValue(value)), value)).toBe(true);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => readValue(showValue(text)) === text));
    for (const text of ['5', 'true', '"x"', '{}', ' a', '', '${nodes.a.output}']) {
      expect(readValue(showValue(text))).toBe(text);
    }
  });

  it('is text as long as it is no JSON', () => {
    expect(readValue('{ "a": ')).toBe('{ "a":');
    expect(isUnfinished('{ "a": ')).toBe(true);
    expect(isUnfinished('{ "a": 1 }')).toBe(false);
    expect(isUnfinished('hello')).toBe(false);
    expect([readNumber(' 5e3 '), readNumber('${x}'), readNumber('')]).toEqual([5000, '${x}', undefined]);
    expect(readWords(' a, b  c,')).toEqual(['a', 'b', 'c']);
    expect(readWords(' , ')).toBeUndefined();
  });

  it('of a retry policy keeps what it says besides', () => {
    expect(withPolicy({ policy: 'fixed', maxAttempts: 7 }, 'exponential')).toEqual({
      policy: 'exponential',
      maxAttempts: 7,
    });
    expect(withPolicy({ policy: 'fixed' }, 'none')).toBeUndefined();
  });
});
