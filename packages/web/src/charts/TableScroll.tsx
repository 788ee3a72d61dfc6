import type { ReactNode } from 'react';

/** Around a table that may be wider than its place: it scrolls sideways, by the keyboard too. */
export function TableScroll({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // What scrolls has to be reached by the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll-x" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
