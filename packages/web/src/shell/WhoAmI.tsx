import { Button } from 'react-aria-components';
import { useRole, useSignOut } from '../api/queries.ts';
import type { Me } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';

/** Who is signed in, with a way out; nothing where the server asks nobody. */
export function WhoAmI({ me }: { readonly me: Me }) {
  const signOut = useSignOut();
  const role = useRole();
  if (me.kind === 'local') return null;
  const who = me.name ?? me.kind;
  return (
    <span className="who">
      <span className="who-name" title={role === null ? who : `${who}, ${role}`}>
        {who}
        {role !== null && <span className="who-role">{role}</span>}
      </span>
      <Button className="button button-small" onPress={signOut}>
        <Icon name="signOut" />
        <span className="topbar-label">Sign out</span>
      </Button>
    </span>
  );
}
