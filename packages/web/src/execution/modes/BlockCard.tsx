import { formatDuration, type Block } from '@flowprof/flame';
import { formatPercent } from '../../format/duration.ts';

const ROLES: Record<Block['role'], string | null> = {
  block: null,
  focus: 'looked at',
  caller: 'calls it',
  callee: 'called by it',
};

/** What the card beside the pointer says of spans that are merged. */
export function BlockCard({ block }: { readonly block: Block }) {
  const { name, total, self, count, share, role, atOnce } = block;
  const says = ROLES[role];
  return (
    <div className="hover-card" data-testid="hover-card">
      <bdi className="hover-name">{name}</bdi>
      <div className="hover-line">
        <strong>{formatDuration(total)}</strong>
        <span className="muted">
          {formatPercent(share, 1)} {atOnce === undefined ? 'of all times' : 'of its row'}
        </span>
        {says !== null && <span className="tag">{says}</span>}
      </div>
      <div className="hover-line">
        <span>{atOnce === undefined ? `self ${formatDuration(self)}` : `up to ${atOnce} at once`}</span>
        <span className="muted">
          {count === 1 ? 'once' : `${count.toLocaleString('en')} times, on average ${formatDuration(total / count)}`}
        </span>
      </div>
    </div>
  );
}
