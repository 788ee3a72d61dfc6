import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { useRowWindow } from '../components/useRowWindow.ts';
import { jsonLines, type JsonLine, type JsonMatches } from './jsonTree.ts';

/** How tall a line is, in CSS pixels; the style sheet knows it too. */
const LINE_HEIGHT = 24;
/** How far a level is moved to the right, in CSS pixels. */
const INDENT = 16;
const NO_ROWS: readonly never[] = [];

function Line({ line, onToggle }: { readonly line: JsonLine; readonly onToggle: () => void }) {
  const { name, depth, isOpen, text, kind, isMatch } = line;
  const content = (
    <>
      {name !== '' && <bdi className="json-name">{name}</bdi>}
      <bdi className={`json-value json-${kind}`}>{text}</bdi>
    </>
  );
  return (
    <li className={isMatch ? 'json-line json-match' : 'json-line'} style={{ paddingLeft: depth * INDENT }}>
      {isOpen === null ? (
        <span className="json-leaf">{content}</span>
      ) : (
        <Button className="json-toggle" aria-expanded={isOpen} onPress={onToggle}>
          <Icon name={isOpen ? 'down' : 'right'} />
          {content}
        </Button>
      )}
    </li>
  );
}

interface JsonViewProps {
  readonly label: string;
  readonly value: unknown;
  readonly matches: JsonMatches | null;
}

/** A JSON document, folded. */
export function JsonView({ label, value, matches }: JsonViewProps) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set<string>());
  const lines = useMemo(() => jsonLines(value, toggled, matches), [value, toggled, matches]);
  const { ref, first, end, before, after } = useRowWindow(lines.length, LINE_HEIGHT, NO_ROWS);
  const toggle = (path: string) =>
    setToggled((known) => {
      const next = new Set(known);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="json-view" aria-label={label} tabIndex={0} ref={ref}>
      <ul style={{ paddingTop: before, paddingBottom: after }}>
        {lines.slice(first, end).map((line) => (
          <Line key={line.path} line={line} onToggle={() => toggle(line.path)} />
        ))}
      </ul>
    </section>
  );
}
