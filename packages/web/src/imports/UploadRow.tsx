import { Button, ProgressBar } from 'react-aria-components';
import { Link } from 'react-router';
import { Icon, type IconName } from '../components/Icon.tsx';
import { useCancelUpload } from './queries.ts';
import { hasEnded, progressOf, type ImportedExecution, type Upload, type UploadState } from './upload.ts';
import { uploader, type Sending } from './uploader.ts';

/** How many executions of a file are listed. */
const LISTED = 10;

const ICONS: Readonly<Record<UploadState, IconName>> = {
  uploading: 'upload',
  waiting: 'pending',
  working: 'running',
  completed: 'check',
  failed: 'cross',
  cancelled: 'stop',
};

const number = new Intl.NumberFormat('en');

function Warnings({ warnings }: Pick<ImportedExecution, 'warnings'>) {
  const cases = warnings.reduce((sum, { count }) => sum + count, 0);
  if (cases === 0) return null;
  return (
    <details className="upload-warnings">
      <summary>{cases === 1 ? '1 repair' : `${number.format(cases)} repairs`}</summary>
      <ul>
        {warnings.map(({ code, count, example }) => (
          <li key={code}>
            <code>{code}</code> {number.format(count)}, e.g. <bdi>{example}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Executions({ items }: { readonly items: readonly ImportedExecution[] }) {
  if (items.length === 0) return null;
  return (
    <ul className="upload-executions">
      {items.slice(0, LISTED).map(({ id, name, format, spans, known, warnings }) => (
        <li key={id}>
          <Link to={`/executions/${id}`}>
            <bdi>{name}</bdi>
          </Link>{' '}
          <span className="muted">
            {format}, {number.format(spans)} {spans === 1 ? 'span' : 'spans'}
            {known && ', was there already'}
          </span>
          <Warnings warnings={warnings} />
        </li>
      ))}
      {items.length > LISTED && <li className="muted">and {number.format(items.length - LISTED)} more</li>}
    </ul>
  );
}

interface UploadRowProps {
  readonly workspace: string;
  readonly upload: Upload;
  /** Whether this page sends it. */
  readonly sending: boolean;
  readonly mayChange: boolean;
}

/** A file that the server knows: how far it is, and what came of it. */
export function UploadRow({ workspace, upload, sending, mayChange }: UploadRowProps) {
  const cancel = useCancelUpload(workspace);
  const { share, text } = progressOf(upload, sending);
  const ended = hasEnded(upload);
  return (
    <li className={`upload upload-${upload.state}`}>
      <span className="upload-icon">
        <Icon name={ICONS[upload.state]} />
      </span>
      <div className="upload-body">
        <p className="upload-name">
          <bdi>{upload.fileName}</bdi>
        </p>
        <p className="upload-text">{text}</p>
        {!ended && (
          <ProgressBar
            aria-label={`How far ${upload.fileName} is`}
            value={(share ?? 0) * 100}
            isIndeterminate={share === null}
          >
            <div className="upload-track">
              <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(share ?? 0) * 100} height={1} />
              </svg>
            </div>
          </ProgressBar>
        )}
        <Executions items={upload.items} />
        {cancel.error && (
          <p className="field-problem" role="alert">
            {cancel.error.message}
          </p>
        )}
      </div>
      {mayChange && (
        <Button
          className="button button-small"
          isDisabled={cancel.isPending}
          aria-label={`${ended ? 'Remove' : 'Cancel'} ${upload.fileName}`}
          onPress={() => cancel.mutate(upload.id)}
        >
          {ended ? 'Remove' : 'Cancel'}
        </Button>
      )}
    </li>
  );
}

/** A file that waits for its turn, or that could not be sent. */
export function UnsentRow({ sending }: { readonly sending: Sending }) {
  return (
    <li className={`upload ${sending.error === null ? 'upload-waiting' : 'upload-failed'}`}>
      <span className="upload-icon">
        <Icon name={sending.error === null ? 'pending' : 'cross'} />
      </span>
      <div className="upload-body">
        <p className="upload-name">
          <bdi>{sending.name}</bdi>
        </p>
        <p className="upload-text" role={sending.error === null ? undefined : 'alert'}>
          {sending.error ?? 'Waits to be sent'}
        </p>
      </div>
      {sending.error !== null && (
        <Button
          className="button button-small"
          aria-label={`Send ${sending.name} again`}
          onPress={() => uploader.retry(sending.key)}
        >
          Try again
        </Button>
      )}
      {sending.error !== null && (
        <Button
          className="button button-small"
          aria-label={`Remove ${sending.name}`}
          onPress={() => uploader.dismiss(sending.key)}
        >
          Remove
        </Button>
      )}
    </li>
  );
}
