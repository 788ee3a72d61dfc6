import type { JsonObject, JsonValue } from '@flowprof/model';
import { useMemo, useState } from 'react';
import { ErrorState } from '../components/Notice.tsx';
import { writeText } from '../editor/jsonText.ts';
import { outlineOf } from '../editor/outline.ts';
import { showValue } from '../editor/values.ts';
import { WorkflowGraph, type Mark } from '../editor/WorkflowGraph.tsx';
import { diffFiles, diffLines, type FieldChange, type FileDiff } from './diff.ts';
import { useVersionFile } from './queries.ts';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

function cut(value: JsonValue | undefined): string {
  if (value === undefined) return 'absent';
  const text = showValue(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function Fields({ fields }: { readonly fields: readonly FieldChange[] }) {
  return (
    <ul className="field-changes">
      {fields.map(({ field, before, after }) => (
        <li key={field}>
          <code>{field}</code> <del>{cut(before)}</del> <ins>{cut(after)}</ins>
        </li>
      ))}
    </ul>
  );
}

/** What differs, in words: the same as the picture. */
function Words({ diff }: { readonly diff: FileDiff }) {
  return (
    <ul className="node-changes" aria-label="Changes">
      {diff.settings.length > 0 && (
        <li>
          <strong>The workflow</strong> changed
          <Fields fields={diff.settings} />
        </li>
      )}
      {diff.nodes.map((change) => (
        <li key={`${change.kind} ${change.id}`}>
          <strong>
            <bdi>{change.label}</bdi>
          </strong>{' '}
          {change.kind}
          {change.kind === 'changed' && <Fields fields={change.fields} />}
        </li>
      ))}
    </ul>
  );
}

function Text({ before, after }: { readonly before: JsonObject; readonly after: JsonObject }) {
  const lines = useMemo(() => diffLines(writeText(before), writeText(after)), [before, after]);
  return (
    // A long text is scrolled by keyboard as well.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className="diff-text" tabIndex={0} aria-label="Difference as text">
      {lines.map(({ kind, text }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines have no names
        <span key={at} className={`diff-${kind}`}>
          {SIGNS[kind]} {text}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

function Compared({ before, after }: { readonly before: JsonObject; readonly after: JsonObject }) {
  const diff = useMemo(() => diffFiles(before, after), [before, after]);
  const outline = useMemo(() => outlineOf(diff.both), [diff]);
  const [selected, setSelected] = useState<string | null>(null);
  const marks = useMemo(() => {
    const kinds = new Map(diff.nodes.map(({ id, kind }) => [id, kind]));
    return new Map(
      outline.nodes.flatMap(({ key, id }): [string, Mark][] => {
        const kind = kinds.get(id);
        return kind === undefined ? [] : [[key, kind]];
      }),
    );
  }, [diff, outline]);
  const isSame = diff.nodes.length === 0 && diff.settings.length === 0;
  return (
    <>
      <output className="muted">
        {isSame ? 'Nothing differs.' : `${diff.nodes.length} nodes differ, and ${diff.settings.length} settings.`}
      </output>
      <div className="editor-picture">
        <WorkflowGraph
          label="Graph of the difference"
          outline={outline}
          selected={selected}
          onSelect={setSelected}
          marks={marks}
        />
      </div>
      <Words diff={diff} />
      {!isSame && (
        <details>
          <summary>As text</summary>
          <Text before={before} after={after} />
        </details>
      )}
    </>
  );
}

interface ComparisonProps {
  readonly workspace: string;
  readonly workflowId: string;
  readonly from: number;
  readonly to: number;
}

/** What differs between two versions: on the graph, in words, and as text. */
export function Comparison({ workspace, workflowId, from, to }: ComparisonProps) {
  const before = useVersionFile(workspace, workflowId, from);
  const after = useVersionFile(workspace, workflowId, to);
  const error = before.error ?? after.error;
  if (error) return <ErrorState error={error} what="The version" onRetry={() => void before.refetch()} />;
  if (!before.data || !after.data) return <span className="skeleton skeleton-chart" aria-busy="true" />;
  return <Compared before={before.data} after={after.data} />;
}
