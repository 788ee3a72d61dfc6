import logo from './logo.svg';

/** Bars of a flame chart. */
export function Logo() {
  return <img className="logo" src={logo} alt="" width="20" height="20" />;
}
