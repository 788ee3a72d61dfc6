import { NONE, type Status } from '@flowprof/model';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import type { Failure } from './failure.ts';

interface FailureBannerProps {
  readonly status: Status;
  readonly failure: Failure | null;
  /** What the execution itself says, where the trace is not there yet. */
  readonly message: string | null;
  readonly onShow: (row: number) => void;
}

/** Why a run failed or timed out, and where. */
export function FailureBanner({ status, failure, message, onShow }: FailureBannerProps) {
  const timedOut = status === 'timeout';
  const row = failure?.row ?? NONE;
  const text = failure?.message ?? message;
  return (
    <div className="banner banner-error" role="alert">
      <Icon name="warning" />
      <span>
        <strong>
          {failure?.nodeName ? (
            <>
              {timedOut ? 'Timed out in' : 'Failed in'} <bdi>{failure.nodeName}</bdi>.
            </>
          ) : (
            <>{timedOut ? 'The run timed out.' : 'The run failed.'}</>
          )}
        </strong>{' '}
        {text}
      </span>
      {row !== NONE && (
        <Button className="button button-small" onPress={() => onShow(row)}>
          {timedOut ? 'Show what was running' : 'Show the failed node'}
        </Button>
      )}
    </div>
  );
}
