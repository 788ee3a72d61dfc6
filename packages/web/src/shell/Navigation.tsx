import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Link, useLocation, useNavigate } from 'react-router';
import { Icon } from '../components/Icon.tsx';
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
      <MenuTrigger>
        <Button className="button button-small places-menu" aria-label="Places">
          <Icon name="menu" />
        </Button>
        <Popover className="popover" placement="bottom start">
          <Menu className="menu" aria-label="Places" onAction={(key) => void navigate(String(key))}>
            {PLACES.map(({ to, label, icon }) => (
              <MenuItem key={to} id={to} className="menu-item menu-item-icon" textValue={label}>
                <Icon name={icon} />
                {label}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}
