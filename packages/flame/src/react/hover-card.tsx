import type { JsonValue, Trace } from '@flowprof/model';
import { useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import type { Hover } from '../api.ts';
import { describeSpan } from '../describe.ts';

/** At most so many entries of the metadata, and so many characters of each, are in the card. */
const MOST_ENTRIES = 6;
const MOST_CHARACTERS = 160;
const DISTANCE = 14;

function shortText(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** What a span is, in the words of the hover card. */
export function SpanSummary({ trace, row }: { readonly trace: Trace; readonly row: number }): ReactNode {
  const span = describeSpan(trace, row);
  const metadata = Object.entries(span.metadata ?? {}).slice(0, MOST_ENTRIES);
  return (
    <>
      <strong className="flowprof-flame-card-name">{span.name}</strong>
      <span className="flowprof-flame-card-kind">
        {span.kind}
        {span.node === null ? '' : ` of ${span.node}`} · <span data-status={span.status}>{span.status}</span>
      </span>
      <dl>
        <dt>duration</dt>
        <dd>{span.durationText}</dd>
        <dt>start</dt>
        <dd>{span.startText}</dd>
        {metadata.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{shortText(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** What marks and notes under the pointer say. */
export function Told({ texts }: { readonly texts: readonly string[] }): ReactNode {
  if (texts.length === 0) return null;
  return (
    <ul className="flowprof-flame-card-told">
      {[...new Set(texts)].map((text) => (
        <li key={text}>
          <bdi>{shortText(text)}</bdi>
        </li>
      ))}
    </ul>
  );
}

interface HoverCardProps {
  readonly hover: Hover;
  /** The element that the hover's place is counted from. */
  readonly host: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

/** A card beside the pointer that stays within the chart's width and the window's height. */
export function HoverCard({ hover, host, children }: HoverCardProps): ReactNode {
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = card.current;
    const around = host.current;
    if (element === null || around === null) return;
    const box = around.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = element;
    const fitsRight = hover.x + DISTANCE + offsetWidth <= box.width;
    const left = fitsRight ? hover.x + DISTANCE : Math.max(0, hover.x - DISTANCE - offsetWidth);
    const fitsBelow = box.top + hover.y + DISTANCE + offsetHeight <= globalThis.innerHeight;
    const top = fitsBelow ? hover.y + DISTANCE : Math.max(-box.top, hover.y - DISTANCE - offsetHeight);
    element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  });
  return (
    <div ref={card} className="flowprof-flame-card" role="tooltip">
      {children}
    </div>
  );
}
