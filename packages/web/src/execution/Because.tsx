import { formatDuration } from '@flowprof/flame';
import { Fragment } from 'react';
import { words } from '../format/value.ts';
import type { Explanation } from './blanks.ts';

const WHAT: Partial<Record<Explanation['cause'], string>> = {
  unaccounted: 'nothing was recorded',
  queue: 'queue',
  retry_backoff: 'waiting before another attempt',
  callback: 'waiting for the end to be noticed',
};

/** What a stretch of time went to, in a line. */
export function Because({ parts }: { readonly parts: readonly Explanation[] }) {
  return (
    <>
      {parts.map(({ cause, reason, node, time }, at) => (
        <Fragment key={`${cause} ${reason} ${node}`}>
          {at > 0 && '; '}
          {WHAT[cause] ?? words(cause)}
          {reason !== null && (
            <>
              {' '}
              (<bdi>{reason}</bdi>)
            </>
          )}
          {node !== null && cause !== 'unaccounted' && (
            <>
              {' '}
              of <bdi>{node}</bdi>
            </>
          )}
          {parts.length > 1 && ` ${formatDuration(time)}`}
        </Fragment>
      ))}
    </>
  );
}
