import { ZERO, type JournalEntry } from '@flowprof/model';
import { expect, test } from 'vitest';
import { Commits } from './commits.ts';

const ENTRY: JournalEntry = {
  path: 'a',
  status: 'completed',
  output: 1,
  error: null,
  attempts: 1,
  start: ZERO,
  end: ZERO,
};

test('what has been given up is reported once, also when the journal answers after all', async () => {
  const answers: (() => void)[] = [];
  const answered = new Promise<void>((resolve) => {
    answers.push(resolve);
  });
  let batches = 0;
  const reported: (string | null)[] = [];
  const commits = new Commits({ commit: () => answered }, 'x', () => batches++);
  commits.add(ENTRY, (refused) => reported.push(refused));
  await Promise.resolve();
  commits.abandon('too late');
  for (const answer of answers) answer();
  for (let turns = 0; turns < 5; turns++) await Promise.resolve();
  expect(reported).toEqual(['too late']);
  expect(batches).toBe(1);
});
