/** Outlines on a grid of 16 by 16, drawn with the text's colour. */
const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  clock: 'M8 4.5V8l2.5 1.5M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z',
  play: 'M5 3.2v9.6l7.5-4.8z',
  running: 'M8 1.8a6.2 6.2 0 1 1-6.2 6.2',
  stop: 'M4.5 4.5h7v7h-7z',
  skip: 'M3 8h10',
  pending: 'M8 2.8a5.2 5.2 0 1 0 0 10.4A5.2 5.2 0 0 0 8 2.8z',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9L13 13M3 13l1.1-1.1M11.9 4.1L13 3',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2',
  zoomIn: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2M7 5v4M5 7h4',
  zoomOut: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2M5 7h4',
  fit: 'M1.8 3v10M14.2 3v10M4 8h8M6 6L4 8l2 2M10 6l2 2-2 2',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12.2v.1',
  key: 'M10.5 2.2a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6zM8.2 7.8L2.5 13.5M4.5 11.5l1.8 1.8',
  signOut: 'M6.5 2.5h-4v11h4M10.2 5l3 3-3 3M13 8H6',
  download: 'M8 2.8v7.5M5 7.5l3 3 3-3M2.5 10.5v2.7h11v-2.7',
  upload: 'M8 10.5V3M5 5.8L8 2.8l3 3M2.5 10.5v2.7h11v-2.7',
  warning: 'M8 2.2L14.6 13.6H1.4zM8 6.5v3.4M8 11.6v.1',
  bell: 'M4 11.2V7a4 4 0 0 1 8 0v4.2l1.2 1.3H2.8zM6.6 14.2h2.8',
  plus: 'M8 3v10M3 8h10',
  more: 'M3.2 8h.1M8 8h.1M12.8 8h.1',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1',
  graph: 'M2 3h4v3H2zM10 10h4v3h-4zM10 3h4v3h-4zM6 4.5h4M4 6v5.5h6',
  chart: 'M2.5 13.5h11M4 11V7M7 11V3.5M10 11V6M13 11V8.5',
  folder: 'M2 4h4l1.5 1.5H14V13H2z',
  settings: 'M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3v3M6 10v3',
  compare: 'M3 3h4v10H3zM9 6h4v7H9z',
  right: 'M6.5 4l4 4-4 4',
  down: 'M4 6.5l4 4 4-4',
  swap: 'M3 5.5h9.5M9.8 2.8l2.7 2.7-2.7 2.7M13 10.5H3.5M6.2 7.8l-2.7 2.7 2.7 2.7',
  copy: 'M5.5 5.5V2.8h7.7v7.7h-2.7M2.8 5.5h7.7v7.7H2.8z',
  undo: 'M5.5 3L2.5 6l3 3M2.5 6h7a3.8 3.8 0 0 1 0 7.6H6',
  redo: 'M10.5 3l3 3-3 3M13.5 6h-7a3.8 3.8 0 0 0 0 7.6H10',
  out: 'M9 2.8h4.2V7M13 3L7.5 8.5M11.5 9.5v3.7H2.8V4.5h3.7',
  back: 'M9.5 3.5L5 8l4.5 4.5',
} as const;

export type IconName = keyof typeof PATHS;

/** A small picture beside a word or inside a labelled control; never the only carrier of a meaning. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
