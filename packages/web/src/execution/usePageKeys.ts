import { useEffect, useRef } from 'react';
import { pageKeyOf, type PageKey } from './pageKeys.ts';

const EDITABLE = 'input, textarea, select, [role="dialog"]';

/** Takes the keys of the page; what a key does says whether it did anything. Keys that are typed are left alone. */
export function usePageKeys(does: Partial<Record<PageKey, () => boolean>>): void {
  const latest = useRef(does);
  useEffect(() => {
    latest.current = does;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const key = event.defaultPrevented ? null : pageKeyOf(event);
      if (key === null) return;
      const typing = event.target instanceof Element && event.target.closest(EDITABLE) !== null;
      if (typing && !event.ctrlKey && !event.metaKey) return;
      if (latest.current[key]?.() === true) event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}
