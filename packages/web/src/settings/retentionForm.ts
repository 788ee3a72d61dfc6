import type { Limit, Retention } from './types.ts';

/** A limit as somebody types it; an empty text is none. */
export interface LimitDraft {
  readonly days: string;
  readonly size: string;
  readonly unit: SizeUnit;
}

export interface RetentionDraft {
  readonly rows: LimitDraft;
  readonly profiles: LimitDraft;
}

export const SIZE_UNITS = ['MB', 'GB', 'TB'] as const;
type SizeUnit = (typeof SIZE_UNITS)[number];

const UNIT_BYTES: Readonly<Record<SizeUnit, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };
/** As the server takes them. */
const MAX_DAYS = 36_500;

function limitDraft({ maxDays, maxBytes }: Limit): LimitDraft {
  const days = maxDays === null ? '' : String(maxDays);
  if (maxBytes === null) return { days, size: '', unit: 'GB' };
  const unit = SIZE_UNITS.findLast((name) => maxBytes >= UNIT_BYTES[name]) ?? 'MB';
  return { days, size: String(maxBytes / UNIT_BYTES[unit]), unit };
}

/** What is kept, to edit. */
export function draftOfRetention({ rows, profiles }: Retention): RetentionDraft {
  return { rows: limitDraft(rows), profiles: limitDraft(profiles) };
}

/** What is wrong, by the field. */
export type RetentionProblems = Readonly<Partial<Record<`${keyof Retention} ${'days' | 'size'}`, string>>>;

function daysOf(typed: string): number | null | 'wrong' {
  if (typed.trim() === '') return null;
  const days = Number(typed);
  return Number.isInteger(days) && days >= 0 && days <= MAX_DAYS ? days : 'wrong';
}

function bytesOf({ size, unit }: LimitDraft): number | null | 'wrong' {
  if (size.trim() === '') return null;
  const bytes = Math.round(Number(size.replace(',', '.')) * UNIT_BYTES[unit]);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : 'wrong';
}

/** The retention that was typed, with what is wrong with it. */
export function retentionOf(draft: RetentionDraft): {
  readonly retention: Retention | null;
  readonly problems: RetentionProblems;
} {
  const read = (of: keyof Retention) => ({ days: daysOf(draft[of].days), bytes: bytesOf(draft[of]) });
  const [rows, profiles] = [read('rows'), read('profiles')];
  const days = `Expected whole days, 0 to ${MAX_DAYS}, or nothing for no limit`;
  const size = 'Expected a size from 0 on, or nothing for no limit';
  const problems: RetentionProblems = {
    ...(rows.days === 'wrong' && { 'rows days': days }),
    ...(rows.bytes === 'wrong' && { 'rows size': size }),
    ...(profiles.days === 'wrong' && { 'profiles days': days }),
    ...(profiles.bytes === 'wrong' && { 'profiles size': size }),
  };
  if (rows.days === 'wrong' || rows.bytes === 'wrong' || profiles.days === 'wrong' || profiles.bytes === 'wrong') {
    return { retention: null, problems };
  }
  return {
    retention: {
      rows: { maxDays: rows.days, maxBytes: rows.bytes },
      profiles: { maxDays: profiles.days, maxBytes: profiles.bytes },
    },
    problems,
  };
}

/** A size in words, in powers of 1000. */
export function sizeWords(bytes: number): string {
  const unit = SIZE_UNITS.findLast((name) => bytes >= UNIT_BYTES[name]);
  if (unit === undefined) return bytes >= 1000 ? `${Math.round(bytes / 1000)} kB` : `${bytes} bytes`;
  return `${Number((bytes / UNIT_BYTES[unit]).toPrecision(3))} ${unit}`;
}

function dayWords(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** What a limit of age does, of `what`. */
function ageSentence(what: string, verb: string, days: number | null): string | null {
  if (days === null) return null;
  if (days === 0) return `${what} ${verb} at once.`;
  return `${what} stored more than ${dayWords(days)} ago ${verb}.`;
}

/** What a limit of size does, with how much of what is stored now. */
function sizeSentence(what: string, maxBytes: number | null, stored: number): string | null {
  if (maxBytes === null) return null;
  const limit = maxBytes === 0 ? `No ${what} are kept` : `Of ${what}, ${sizeWords(maxBytes)} are kept, the newest`;
  if (stored <= maxBytes) return `${limit}: the ${sizeWords(stored)} stored now fit.`;
  return `${limit}: of the ${sizeWords(stored)} stored now, the oldest ${sizeWords(stored - maxBytes)} go.`;
}

/** What a retention does to what is stored, in whole sentences. */
export function consequencesOf(
  { rows, profiles }: Retention,
  stored: { readonly rowsBytes: number; readonly profilesBytes: number },
): readonly string[] {
  const sentences = [
    ageSentence('Rows of executions', 'are removed', rows.maxDays),
    sizeSentence('rows', rows.maxBytes, stored.rowsBytes),
    (rows.maxDays !== null || rows.maxBytes !== null) &&
      'Executions whose rows are gone keep their steps, chart and profile; an execution that failed cannot go on from there any more.',
    ageSentence(
      'Whole executions',
      'are deleted for good, with their charts and their part in the statistics,',
      profiles.maxDays,
    )?.replace(/,\.$/, '.'),
    sizeSentence('traces', profiles.maxBytes, stored.profilesBytes),
    profiles.maxBytes !== null && 'An execution whose trace goes is deleted for good.',
    profiles.maxDays === null && profiles.maxBytes === null && 'Executions themselves are kept for ever.',
  ];
  return sentences.filter((sentence) => typeof sentence === 'string');
}

function isTighter(before: number | null, after: number | null): boolean {
  return after !== null && (before === null || after < before);
}

/** Whether more goes than before: then it is asked for once more. */
export function removesMore(before: Retention, after: Retention): boolean {
  return (['rows', 'profiles'] as const).some(
    (of) => isTighter(before[of].maxDays, after[of].maxDays) || isTighter(before[of].maxBytes, after[of].maxBytes),
  );
}
