import { useEffect } from 'react';

/** Names the page in the window and the history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · flowprof`;
  }, [title]);
}
