import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import type { ListedExecution, ListedPage } from './listed.ts';
import { listedExecution } from './known.ts';

function listed(id: string): ListedExecution {
  return {
    id,
    workflowId: 'w',
    workflowName: 'build',
    number: 1,
    version: 1,
    status: 'completed',
    trigger: null,
    startedAt: null,
    completedAt: null,
    durationSeconds: 1,
    error: null,
    input: {},
    temporal: null,
    externalId: null,
    updatedAt: null,
  };
}

function pageOf(...ids: string[]): ListedPage {
  return { items: ids.map(listed), total: 9, skip: 0, limit: 20, nextCursor: null, isCapped: false };
}

it('finds an execution in any list of its workspace that was read, and in no other', () => {
  const client = new QueryClient();
  client.setQueryData(['executions', 'ours', 'head', null, ''], pageOf('a'));
  client.setQueryData(['execution-pages', 'ours', null, '', 'v'], {
    pages: [pageOf('b'), pageOf('c')],
    pageParams: [null, 'x'],
  });
  expect(listedExecution(client, 'ours', 'a')?.id).toBe('a');
  expect(listedExecution(client, 'ours', 'c')?.id).toBe('c');
  expect(listedExecution(client, 'ours', 'd')).toBeUndefined();
  expect(listedExecution(client, 'theirs', 'a')).toBeUndefined();
});
