import { expect, test } from 'vitest';
import { mutant, outcomeOf, victims } from '../../testing/mutants.ts';

/** The whole of it is `npm run fuzz -w @flowprof/model`. */
test('damaged copies of every fixture: a trace or a coded refusal, and nothing else', async () => {
  const files = victims();
  const outcomes = new Map<string, number>();
  for (let number = 0; number < 3 * files.length; number++) {
    const outcome = await outcomeOf(mutant(number, 7, files));
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(files.length).toBeGreaterThan(50);
  expect(outcomes.get('read')).toBeGreaterThan(files.length / 2);
  expect(outcomes.get('malformed')).toBeGreaterThan(20);
}, 60_000);
