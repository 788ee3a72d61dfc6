import { describe, expect, it } from 'vitest';
import { actionWords, auditFilterIn, auditQueryOf, outcomeOf } from './auditFilter.ts';

describe('the filter of the audit log', () => {
  it('is what the address says, as far as that means something', () => {
    const filter = auditFilterIn(new URLSearchParams('kind=key&actor=k1&from=2026-03-02&to=yesterday'));
    expect(filter).toEqual({ kind: 'key', actor: 'k1', from: '2026-03-02', to: '' });
    expect(auditFilterIn(new URLSearchParams('kind=ghost')).kind).toBe('');
  });

  it('asks for whole days, the last one included', () => {
    const query = auditQueryOf({ kind: '', actor: '', from: '2026-03-02', to: '2026-03-02' });
    const [from, to] = [Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')];
    expect(to - from).toBe(24 * 60 * 60 * 1000);
    expect(new Date(from).getHours()).toBe(0);
    expect(String(auditQueryOf({ kind: 'user', actor: 'x', from: '', to: '' }))).toBe('kind=user&actor=x');
  });
});

describe('an entry', () => {
  it('is told in words', () => {
    expect(actionWords('setMemberRole')).toBe('Set member role');
    expect(actionWords('execution.cancel')).toBe('Execution cancel');
    expect([200, 204, 403, 409, 500].map(outcomeOf)).toEqual(['Done', 'Done', 'Refused', 'Failed', 'Failed']);
  });
});
