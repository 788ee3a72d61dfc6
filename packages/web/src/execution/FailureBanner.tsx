import { NONE } from '@flowprof/model';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import type { Failure } from './spanDetails.ts';

interface FailureBannerProps {
  readonly failure: Failure | null;
  /** What the execution itself says, where the trace is not there yet. */
  readonly message: string | null;
  readonly onShow: (row: number) => void;
}

/** Why a run failed, and where. */
export function FailureBanner({ failure, message, onShow }: FailureBannerProps) {
  const row = failure?.row ?? NONE;
  const text = failure?.message ?? message;
  return (
    <div className="banner banner-error" role="alert">
      <Icon name="warning" />
      <span>
        <strong>
          {failure?.nodeName ? (
            <>
              Failed in <bdi>{failure.nodeName}</bdi>.
            </>
          ) : (
            'The run failed.'
          )}
        </strong>{' '}
        {text}
      </span>
      {row !== NONE && (
        <Button className="button button-small" onPress={() => onShow(row)}>
          Show the failed node
        </Button>
      )}
    </div>
  );
}
