/** What of the audit log is looked at; an empty text is any. */
export interface AuditFilter {
  readonly kind: string;
  /** The id of a key or member. */
  readonly actor: string;
  /** Days, `2026-03-02`, in the reader's own zone; both included. */
  readonly from: string;
  readonly to: string;
}

export const ACTOR_KINDS: readonly (readonly [kind: string, word: string])[] = [
  ['', 'Anybody'],
  ['local', 'This machine’s user'],
  ['key', 'API keys'],
  ['user', 'Members'],
];

export function auditFilterIn(params: URLSearchParams): AuditFilter {
  const kind = params.get('kind') ?? '';
  return {
    kind: ACTOR_KINDS.some(([known]) => known === kind) ? kind : '',
    actor: params.get('actor') ?? '',
    from: dayIn(params.get('from')),
    to: dayIn(params.get('to')),
  };
}

function dayIn(text: string | null): string {
  return text !== null && midnightOf(text) !== null ? text : '';
}

/** When a day of the reader's zone begins, `later` days on; null for what is no day. */
function midnightOf(day: string, later = 0): Date | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (parts === null) return null;
  const [year, month, date] = parts.slice(1).map(Number);
  const moment = new Date(year ?? 0, (month ?? 1) - 1, (date ?? 1) + later);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/** The filter as the server takes it. */
export function auditQueryOf({ kind, actor, from, to }: AuditFilter): URLSearchParams {
  const query = new URLSearchParams();
  if (kind !== '') query.set('kind', kind);
  if (actor !== '') query.set('actor', actor);
  const [start, end] = [midnightOf(from), midnightOf(to, 1)];
  if (start !== null) query.set('from', start.toISOString());
  if (end !== null) query.set('to', end.toISOString());
  return query;
}

/** An operation in words: `setMemberRole` is "Set member role". */
export function actionWords(action: string): string {
  const words = action
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[._]/g, ' ')
    .toLowerCase();
  return words === '' ? 'Something' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** How it ended, in a word. */
export function outcomeOf(status: number): 'Done' | 'Refused' | 'Failed' {
  if (status === 401 || status === 403) return 'Refused';
  return status >= 400 ? 'Failed' : 'Done';
}
