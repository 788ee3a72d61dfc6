import type { IconName } from '../components/Icon.tsx';

interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: IconName;
  /** The first parts of the paths that belong to it. */
  readonly holds: readonly string[];
}

/** Where the bar at the top leads, in its order. Alerts and imports have entries of their own beside it. */
export const PLACES: readonly Place[] = [
  { to: '/', label: 'Executions', icon: 'list', holds: ['', 'executions', 'compare'] },
  { to: '/workflows', label: 'Workflows', icon: 'graph', holds: ['workflows'] },
  { to: '/projects', label: 'Projects', icon: 'folder', holds: ['projects'] },
  { to: '/statistics', label: 'Statistics', icon: 'chart', holds: ['statistics'] },
  { to: '/settings', label: 'Settings', icon: 'settings', holds: ['settings'] },
];
