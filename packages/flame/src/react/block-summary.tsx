import type { ReactNode } from 'react';
import type { Block } from '../api.ts';
import { formatDuration } from '../time.ts';
import { changeText } from '../views/difference.ts';

const ROLES = { block: null, focus: 'looked at', caller: 'calls it', callee: 'called by it' } as const;

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 2 : 1)}%`;
}

/** What a block of a merged picture is, in the words of the hover card. */
export function BlockSummary({ block }: { readonly block: Block }): ReactNode {
  const { base, count, name, nodeKey, role, self, share, total } = block;
  const about = [ROLES[role], nodeKey !== null && nodeKey !== name ? nodeKey : null].filter((text) => text !== null);
  return (
    <>
      <strong className="flowprof-flame-card-name">
        <bdi>{name}</bdi>
      </strong>
      {about.length > 0 && (
        <span className="flowprof-flame-card-kind">
          <bdi>{about.join(' · ')}</bdi>
        </span>
      )}
      <dl>
        <dt>total</dt>
        <dd>
          {formatDuration(total)} ({percent(share)})
        </dd>
        <dt>self</dt>
        <dd>{formatDuration(self)}</dd>
        <dt>count</dt>
        <dd>{count.toLocaleString('en')}</dd>
        {count > 1 && (
          <>
            <dt>mean</dt>
            <dd>{formatDuration(total / count)}</dd>
          </>
        )}
        {base !== null && (
          <>
            <dt>base total</dt>
            <dd>{formatDuration(base.total)}</dd>
            <dt>change</dt>
            <dd>{changeText(base.presence, base.total, total)}</dd>
          </>
        )}
      </dl>
    </>
  );
}
