import { Link, useLocation, useNavigate } from 'react-router';
import { Icon } from '../components/Icon.tsx';
import { ActionMenu, MenuButton } from '../components/MenuButton.tsx';
import { PLACES } from './places.ts';

/** The places of the app: links beside each other, and on a narrow screen a menu of the same. */
export function Navigation() {
  const first = useLocation().pathname.split('/')[1] ?? '';
  const navigate = useNavigate();
  if (PLACES.length < 2) return null;
  return (
    <>
      <nav className="places" aria-label="Places">
        {PLACES.map(({ to, label, holds }) => (
          <Link key={to} to={to} className="place" aria-current={holds.includes(first) ? 'page' : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      <MenuButton
        className="button button-small places-menu"
        label="Places"
        renderMenu={(open) => (
          <ActionMenu
            open={open}
            label="Places"
            placement="bottom start"
            actions={PLACES.map(({ to, label, icon }) => ({ id: to, label, icon }))}
            onAction={(to) => void navigate(to)}
          />
        )}
      >
        <Icon name="menu" />
      </MenuButton>
    </>
  );
}
