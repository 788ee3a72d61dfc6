import { useDeferredValue, useMemo } from 'react';
import { Button } from 'react-aria-components';
import '../../styles/raw.css';
import { saveFile } from '../../api/saveFile.ts';
import { Copy } from '../../components/Copy.tsx';
import { Icon } from '../../components/Icon.tsx';
import { ErrorState } from '../../components/Notice.tsx';
import { formatBytes } from '../../format/value.ts';
import { searchJson } from '../jsonTree.ts';
import { JsonView } from '../JsonView.tsx';
import { ListFilter } from '../ListFilter.tsx';
import { RAW_DOCUMENTS, useRaw, type RawDocument } from '../queries.ts';
import type { Source, TabProps } from './tab.ts';

interface RawProps {
  readonly source: Source;
  readonly document: RawDocument;
  readonly text: string;
}

/** A document with what can be done with it. */
function Document({ source, document, text }: RawProps) {
  const { execution, workspace } = source;
  const { data, error, refetch } = useRaw(workspace, execution.id, document);
  const wanted = useDeferredValue(text);
  const matches = useMemo(() => (!data || data.text === null ? null : searchJson(data.value, wanted)), [data, wanted]);
  if (error && !data) return <ErrorState error={error} what="The document" onRetry={() => void refetch()} />;
  if (!data) return <output className="skeleton skeleton-chart" aria-label="Loading the document" />;
  const { blob, text: whole, value } = data;
  const found =
    matches === null ? '' : `, ${matches.found.size.toLocaleString('en')}${matches.isCut ? ' and more' : ''} found`;
  return (
    <>
      <div className="raw-actions">
        <output className="muted">
          {formatBytes(blob.size)}
          {found}
        </output>
        {whole !== null && <Copy what="the document" text={() => whole} />}
        <Button
          className="button button-small"
          onPress={() => saveFile(blob, `execution-${execution.id}-${document}.json`)}
        >
          <Icon name="download" />
          Save
        </Button>
      </div>
      {whole === null ? (
        <div className="state">
          <h2>This document is too large to be shown here</h2>
          <p>Save it, and look at it with a tool for large files. The other tabs show what is in it.</p>
        </div>
      ) : (
        <JsonView key={document} label="Document" value={value} matches={matches} />
      )}
    </>
  );
}

/** What the API answers of the execution, as it is. */
export function RawTab({ source, address }: TabProps) {
  const { filter, kind } = address.state;
  const [document] = RAW_DOCUMENTS.find(([name]) => name === kind) ?? RAW_DOCUMENTS[0];
  if (source === null) return null;
  return (
    <div className="list-tab">
      <ListFilter
        of="Document"
        text={filter}
        onText={(value) => address.change({ filter: value })}
        choice="Which document"
        choices={RAW_DOCUMENTS}
        chosen={document}
        onChoose={(value) => address.change({ kind: value })}
        says="As the API answers it."
      />
      <Document source={source} document={document} text={filter} />
    </div>
  );
}
