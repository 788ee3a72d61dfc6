import { Button } from 'react-aria-components';
import { useSignOut } from '../api/queries.ts';
import type { Me } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';

/** Who is signed in, with a way out; nothing where the server asks nobody. */
export function WhoAmI({ me }: { readonly me: Me }) {
  const signOut = useSignOut();
  if (me.kind === 'local') return null;
  const who = me.name ?? me.kind;
  return (
    <span className="who">
      <span className="who-name" title={me.role === null ? who : `${who}, ${me.role}`}>
        {who}
        {me.role !== null && <span className="who-role">{me.role}</span>}
      </span>
      <Button className="button button-small" onPress={signOut}>
        <Icon name="signOut" />
        <span className="topbar-label">Sign out</span>
      </Button>
    </span>
  );
}
