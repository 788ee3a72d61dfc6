import { Button, FileTrigger } from 'react-aria-components';
import { useMayChange, useWorkspace } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { useTitle } from '../shell/useTitle.ts';
import { UnsentRow, UploadRow } from './UploadRow.tsx';
import { useSending, useUploads } from './queries.ts';
import { uploader } from './uploader.ts';

const KINDS = [
  'Chrome, Perfetto, Bazel and PyTorch traces',
  'OpenTelemetry (OTLP), Jaeger, Zipkin',
  'Temporal, AWS Step Functions',
  'Argo, Airflow, Kestra, n8n',
  'GitHub Actions',
  'Cromwell, Nextflow, WfCommons',
  'speedscope, flowprof',
  'CSV and JSON Lines of your own logs',
];

function Chooser({ workspace }: { readonly workspace: string }) {
  return (
    <section className="import-chooser" aria-label="Choose files">
      <FileTrigger allowsMultiple onSelect={(files) => uploader.add(workspace, Array.from(files ?? []))}>
        <Button className="button button-primary">
          <Icon name="upload" />
          Choose files
        </Button>
      </FileTrigger>
      <p>
        or drop them anywhere on the page. Packed with gzip or not; what kind a file is of is told by its content, and
        the same file twice is the same execution.
      </p>
      <ul className="import-kinds" aria-label="What can be read">
        {KINDS.map((kind) => (
          <li key={kind}>{kind}</li>
        ))}
      </ul>
    </section>
  );
}

/** Where trace files are brought in: files are chosen or dropped, and each shows how far it is and what came of it. */
export function ImportPage() {
  useTitle('Import');
  const workspace = useWorkspace();
  const mayChange = useMayChange();
  const uploads = useUploads(workspace.data?.id);
  const sending = useSending();
  const error = workspace.error ?? uploads.error;
  const retry = () => void (workspace.error ? workspace.refetch() : uploads.refetch());
  const id = workspace.data?.id;
  const ours = sending.filter((one) => one.workspace === id);
  const unsent = ours.filter((one) => one.uploadId === null || one.error !== null);
  const items = uploads.data?.items ?? [];
  return (
    <div className="page page-import">
      <div className="page-head">
        <h1>Import</h1>
      </div>
      {error && uploads.data && <LostConnection loadedAt={uploads.dataUpdatedAt} onRetry={retry} />}
      {error && !uploads.data && <ErrorState error={error} what="The list of imports" onRetry={retry} />}
      {id !== undefined && mayChange && <Chooser workspace={id} />}
      {id !== undefined && !mayChange && (
        <p className="muted">You may look at this workspace, and not import into it.</p>
      )}
      {id !== undefined && (unsent.length > 0 || items.length > 0) && (
        <section className="list" aria-label="Files">
          <ul>
            {unsent.map((one) => (
              <UnsentRow key={one.key} sending={one} />
            ))}
            {items.map((upload) => (
              <UploadRow
                key={upload.id}
                workspace={id}
                upload={upload}
                sending={ours.some((one) => one.uploadId === upload.id && one.error === null)}
                mayChange={mayChange}
              />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
