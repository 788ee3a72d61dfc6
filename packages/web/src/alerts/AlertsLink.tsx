import { Link } from 'react-router';
import { Icon } from '../components/Icon.tsx';
import { useFiringCount } from './queries.ts';

/** The way to the alerts, with how many fire. */
export function AlertsLink({ workspace }: { readonly workspace: string }) {
  const firing = useFiringCount(workspace);
  return (
    <Link
      to="/alerts"
      className="button button-small"
      aria-label={firing === 0 ? 'Alerts' : `Alerts, ${firing} ${firing === 1 ? 'fires' : 'fire'}`}
    >
      <Icon name="bell" />
      <span className="topbar-label">Alerts</span>
      {firing > 0 && <span className="badge-bad">{firing > 99 ? '99+' : firing}</span>}
    </Link>
  );
}
