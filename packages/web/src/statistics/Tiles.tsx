import type { ReactNode } from 'react';

interface TileProps {
  readonly label: string;
  readonly children: ReactNode;
  /** What the figure means, or more about it. */
  readonly note?: ReactNode;
}

/** A figure with its name. */
export function Tile({ label, children, note = null }: TileProps) {
  return (
    <div className="tile">
      <dt>{label}</dt>
      <dd className="tile-value">{children}</dd>
      {note !== null && <dd className="tile-note">{note}</dd>}
    </div>
  );
}

/** Figures beside each other. */
export function Tiles({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <dl className="tiles" aria-label={label}>
      {children}
    </dl>
  );
}
