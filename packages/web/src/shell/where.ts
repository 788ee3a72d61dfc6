/** Places that are there in every workspace; what lies below them is of one. */
const EVERYWHERE = ['workflows', 'projects', 'statistics', 'alerts', 'import'];

/** Where one is led in another workspace: to the same place, or to the list where the page is of something in this one. */
export function sameElsewhere(pathname: string): string {
  const [first = '', second = ''] = pathname.split('/').slice(1);
  if (first === 'settings') return second === '' ? '/settings' : `/settings/${second}`;
  return EVERYWHERE.includes(first) ? `/${first}` : '/';
}
