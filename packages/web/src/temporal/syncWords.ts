import { formatDuration } from '@flowprof/flame';
import type { IconName } from '../components/Icon.tsx';
import type { SyncState, SyncStateName, Synced, TemporalCheck } from './types.ts';

const SECOND_US = 1e6;
const MS_US = 1000;

/** How the state of a sync is shown: its word, its picture, and the tone of both. */
export const STATE_LOOKS: Readonly<
  Record<SyncStateName, readonly [word: string, icon: IconName, tone: 'good' | 'bad' | 'warn' | 'quiet']>
> = {
  up_to_date: ['Up to date', 'check', 'good'],
  behind: ['Behind', 'clock', 'warn'],
  failing: ['Not working', 'warning', 'bad'],
  waiting: ['Not listed yet', 'pending', 'quiet'],
  off: ['Switched off', 'stop', 'quiet'],
};

export function countWords(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** How far a sync is, in a line. */
export function syncLine({ runs, waiting, failing, lagMs }: SyncState): string {
  const parts = [countWords(runs, 'execution', 'executions')];
  if (waiting > 0) {
    const since = lagMs !== null && lagMs >= 1000 ? `, the oldest for ${formatDuration(lagMs * MS_US)}` : '';
    parts.push(`${countWords(waiting, 'waits', 'wait')} to be read${since}`);
  }
  if (failing > 0) parts.push(`${failing.toLocaleString('en')} could not be read, and will be tried again`);
  return parts.join(' · ');
}

/** What a person can do about an error of Temporal, by its code; null where nothing is known about the code. */
export function adviceFor(code: string): string | null {
  switch (code) {
    case 'unreachable':
      return 'Is the address right, and does the server answer where flowprof runs? It is tried again by itself.';
    case 'timed_out':
      return 'The server took too long to answer. It is tried again by itself.';
    case 'unauthenticated':
      return 'The server does not know who asks: check the API key or the certificate.';
    case 'permission_denied':
      return 'The key or certificate is known, but may not read this namespace.';
    case 'namespace_not_found':
      return 'The server has no such namespace: check how it is written.';
    case 'tls':
      return 'No secure connection came about: check whether the server expects TLS, and the certificates.';
    case 'rate_limited':
      return 'The server asks for patience. flowprof slows down, and goes on by itself.';
    case 'not_found':
      return 'Temporal does not have it any more: executions that have ended are kept only for a while.';
    case 'forbidden':
      return 'The server’s settings do not allow this address: FLOWPROF_TEMPORAL_HOSTS names those that are.';
    case 'unsupported':
      return 'What answers at the address is no Temporal server, or one that is too old.';
    case 'invalid':
      return 'The server does not take what it was asked: check the list filter of the connection.';
    case 'too_large':
      return 'An answer was larger than what is taken.';
    case 'codec_failed':
      return 'The codec server does not answer as it should: check its address and its authorization.';
    default:
      return null;
  }
}

/** What came of trying a connection that works, in a sentence. */
export function checkWords({ serverVersion, latencyMs, retentionDays, canList, codec }: TemporalCheck): string {
  const version = serverVersion === null ? 'Temporal' : `Temporal ${serverVersion}`;
  const after = latencyMs === null ? '' : ` after ${formatDuration(Math.max(1, Math.round(latencyMs * MS_US)))}`;
  const kept =
    retentionDays === null
      ? ''
      : ` It keeps executions that have ended for ${countWords(retentionDays, 'day', 'days')}.`;
  const list = canList ? '' : ' Its executions may not be listed, so none will be found.';
  const decoded = codec === 'ok' ? ' The codec server answers.' : '';
  const encoded = codec === 'failing' ? ' The codec server does not answer: payloads stay encoded.' : '';
  return `${version} answered${after}.${kept}${list}${decoded}${encoded}`;
}

/** What a sync that was asked for found, in a sentence. */
export function syncedWords({ found, changed, waiting, failing }: Synced): string {
  if (found === 0) return 'Temporal lists no execution.';
  const news = changed === 0 ? 'nothing new' : `${changed.toLocaleString('en')} new or changed`;
  const left = waiting > 0 ? ` ${countWords(waiting, 'is', 'are')} still to be read.` : '';
  const bad = failing > 0 ? ` ${failing.toLocaleString('en')} could not be read.` : '';
  return `${countWords(found, 'execution', 'executions')} listed, ${news}.${left}${bad}`;
}

/** How far the reading of one execution is: events kept of those that there are. */
export function progressWords(events: number, historyLength: number | null): string {
  const known = historyLength !== null && historyLength > events ? ` of ${historyLength.toLocaleString('en')}` : '';
  return `${events.toLocaleString('en')}${known} events`;
}

/** How long ago something was read, in the unit that suits it. */
export function agoWords(then: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  return seconds < 2 ? 'just now' : `${formatDuration(seconds * SECOND_US)} ago`;
}
