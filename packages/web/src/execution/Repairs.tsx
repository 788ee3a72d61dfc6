import type { Warning } from '@flowprof/model';
import { words } from '../format/value.ts';

/** What had to be mended when the trace was read. */
export function Repairs({ warnings }: { readonly warnings: readonly Warning[] }) {
  if (warnings.length === 0) return null;
  const total = warnings.reduce((sum, { count }) => sum + count, 0);
  return (
    <details className="summary repairs">
      <summary>
        {total.toLocaleString('en')} {total === 1 ? 'repair' : 'repairs'} made while reading
      </summary>
      <ul>
        {warnings.map(({ code, count, example }) => (
          <li key={code}>
            {words(code)} ({count.toLocaleString('en')}): <bdi>{example}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}
