import { expect, it } from 'vitest';
import { runThroughDatabaseKills } from '../../testing/database-kills.ts';

it('loses and doubles no execution that it acknowledged, though the database is killed again and again', async () => {
  const report = await runThroughDatabaseKills({
    wanted: 200,
    nextKill: (kills, acknowledged) => acknowledged(40 + 60 * kills),
  });
  const { acknowledged, kills, answers, stored, ends, backAfterMs, ...rest } = report;
  const slowest = Math.round(Math.max(...backAfterMs));
  process.stdout.write(
    `${acknowledged} acknowledged of ${stored}, ${kills} kills, answers ${JSON.stringify(answers)}, back within ${slowest} ms\n`,
  );
  expect(rest).toEqual({ unanswered: 0, lost: [], isNumberedInOrder: true });
  expect(kills).toBeGreaterThanOrEqual(2);
  expect(ends).toEqual({ completed: stored });
  expect(Object.keys(answers).filter((status) => status !== '503' && !status.startsWith('2'))).toEqual([]);
  expect(slowest).toBeLessThan(10_000);
}, 120_000);
