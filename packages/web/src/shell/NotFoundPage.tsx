import { Link } from 'react-router';

/** For an address that leads nowhere. */
export function NotFoundPage() {
  return (
    <div className="state">
      <h1>There is nothing at this address</h1>
      <p>The link may be old or mistyped.</p>
      <div className="state-actions">
        <Link className="button" to="/">
          All executions
        </Link>
      </div>
    </div>
  );
}
