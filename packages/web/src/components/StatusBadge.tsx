import type { Status } from '@flowprof/model';
import { Icon, type IconName } from './Icon.tsx';

const LOOKS: Readonly<Record<Status, readonly [word: string, icon: IconName]>> = {
  pending: ['Pending', 'pending'],
  running: ['Running', 'running'],
  completed: ['Completed', 'check'],
  failed: ['Failed', 'cross'],
  cancelled: ['Cancelled', 'stop'],
  timeout: ['Timed out', 'clock'],
  skipped: ['Skipped', 'skip'],
};

/** The word for a status. */
export function statusWord(status: Status): string {
  return LOOKS[status][0];
}

/** A status as picture and colour, with its word for those who do not see it. */
export function StatusIcon({ status }: { readonly status: Status }) {
  const [word, icon] = LOOKS[status];
  return (
    <span className={`status status-${status}`} title={word}>
      <Icon name={icon} />
      <span className="visually-hidden">{word}</span>
    </span>
  );
}

/** A status as picture, word and colour. */
export function StatusBadge({ status }: { readonly status: Status }) {
  const [word, icon] = LOOKS[status];
  return (
    <span className={`status status-${status}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
}
