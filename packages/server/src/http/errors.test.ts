import { describe, expect, it } from 'vitest';
import { API_ERRORS, EXECUTION_ERRORS, START_ERRORS } from './errors.ts';

/** `docs/errors.md` as it has to be; `npx vitest run packages/server/src/http/errors.test.ts -u` writes it. */
function errorsDocument(): string {
  const api = Object.entries(API_ERRORS).map(
    ([code, e]) => `| \`${code}\` | ${e.status} | ${e.title} | ${e.meaning} |`,
  );
  const execution = Object.entries(EXECUTION_ERRORS).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  const start = Object.entries(START_ERRORS).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    '# Errors',
    '',
    'Every error of the API is a problem of RFC 9457 (`application/problem+json`) with a stable `code`. `instance` holds the',
    'id of the request, under which the log of the server knows it. `errors` lists at most 20 faults, each with a JSON',
    'pointer; what was sent is never repeated. `503` and `507` pass by themselves; `503` says when in `Retry-After`.',
    '',
    '```json',
    '{"type":"/problems/validation","title":"Request is invalid","status":400,"detail":"1 field is invalid.",',
    ' "instance":"/requests/018f3c2e-7c1a-7d3e-9b5a-2f1c4d5e6f70","code":"validation_failed",',
    ' "errors":[{"pointer":"/limit","code":"too_big","detail":"expected at most 100 (number)","in":"query"}]}',
    '```',
    '',
    '| code | status | title | meaning |',
    '|---|---|---|---|',
    ...api,
    '',
    '## Why an execution could not be run to its end',
    '',
    "The `error_code` of an execution is one of these, a failure code of the engine (`FAILURE_CODES` of the conductor), or a node's own.",
    'Whatever it is, `POST /api/workflows/executions/{id}/resume` lets the execution go on without running again what is done.',
    '',
    '| code | meaning |',
    '|---|---|',
    ...execution,
    '',
    '## Why the server does not start',
    '',
    '| code | meaning |',
    '|---|---|',
    ...start,
    '',
  ].join('\n');
}

describe('the table of errors', () => {
  it('is what docs/errors.md says', async () => {
    await expect(errorsDocument()).toMatchFileSnapshot('../../../../docs/errors.md');
  });

  it('has a type of its own for each code', () => {
    const types = Object.values(API_ERRORS).map((entry) => entry.type);
    expect(new Set(types).size).toBe(types.length);
    for (const type of types) expect(type).toMatch(/^\/problems\/[a-z-]+$/);
  });

  it('has statuses of errors only', () => {
    for (const { status } of Object.values(API_ERRORS)) expect(status >= 400 && status < 600).toBe(true);
  });
});
