import type { RetryVerdict } from '@flowprof/model';
import { Icon, type IconName } from '../components/Icon.tsx';

/** Whether retries were foreseen, in words that a reason can follow. */
export const VERDICT_WORDS: Readonly<Record<RetryVerdict, string>> = {
  expected: 'expected',
  unexpected: 'not expected',
  unknown: 'not known whether expected',
};

const ICONS: Readonly<Record<RetryVerdict, IconName>> = { expected: 'check', unexpected: 'warning', unknown: 'help' };

/** A picture beside the words for a verdict. */
export function Verdict({ verdict }: { readonly verdict: RetryVerdict }) {
  return (
    <span className={`verdict-icon verdict-icon-${verdict}`}>
      <Icon name={ICONS[verdict]} />
    </span>
  );
}
