import { toEpochMicros } from '@flowprof/model';
import { afterEach, expect, it, vi } from 'vitest';
import { scheduleConfig } from './config.ts';
import { CronTimes } from './cron.ts';
import { ScheduleTimes } from './due.ts';

const at = (time: string) => toEpochMicros(Date.parse(`2026-01-01T${time}Z`) * 1000);

const hourly = new ScheduleTimes('one', scheduleConfig.parse({ cron: '0 * * * *' }));

afterEach(() => vi.restoreAllMocks());

// Looking back takes milliseconds, and at a full hour very many schedules may be due.
it('looks back only where a time was missed', () => {
  const latest = vi.spyOn(CronTimes.prototype, 'latest');
  expect(hourly.due(at('01:00:00'), at('01:59:59'))).toMatchObject({ at: at('01:00:00'), missedSince: null });
  expect(latest).not.toHaveBeenCalled();
  expect(hourly.due(at('01:00:00'), at('02:00:00'))).toEqual({
    at: at('02:00:00'),
    missedSince: at('01:00:00'),
    next: { at: at('03:00:00'), dueAt: at('03:00:00') },
  });
  expect(latest).toHaveBeenCalledTimes(1);
});
