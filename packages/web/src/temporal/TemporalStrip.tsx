import '../styles/temporal-strip.css';
import { isTerminal } from '@flowprof/model';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'react-router';
import { useMayChange } from '../api/queries.ts';
import type { Execution } from '../api/types.ts';
import { ApiError } from '../api/errors.ts';
import { Copy } from '../components/Copy.tsx';
import { Icon } from '../components/Icon.tsx';
import { formatExact } from '../format/time.ts';
import { words } from '../format/value.ts';
import { Children } from './Children.tsx';
import { useSyncExecution } from './queries.ts';
import { adviceFor, agoWords, progressWords } from './syncWords.ts';
import type { RelatedRun, TemporalPart } from './types.ts';

/** How often it is looked how far the reading of an execution is. Milliseconds. */
const PROGRESS_MS = 1000;

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="strip-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface IdProps {
  readonly text: string;
  readonly what: string;
  readonly isShort?: boolean;
}

/** An id with what copies it. */
function Id({ text, what, isShort = false }: IdProps) {
  return (
    <span className={isShort ? 'strip-id strip-id-short' : 'strip-id'}>
      <code title={text}>
        <bdi>{text}</bdi>
      </code>
      <Copy what={what} text={() => text} />
    </span>
  );
}

/** Another run: its page here where it is synced, else Temporal's own, else its name alone. */
function Related({ run, children }: { readonly run: RelatedRun; readonly children: ReactNode }) {
  const title = run.workflowId === null ? run.runId : `${run.workflowId}, run ${run.runId}`;
  if (run.executionId !== null) {
    return (
      <Link to={`/executions/${encodeURIComponent(run.executionId)}`} title={title}>
        {children}
      </Link>
    );
  }
  if (run.link !== null) {
    return (
      <a href={run.link} target="_blank" rel="noreferrer" title={`${title}: not synced; its page in Temporal`}>
        {children}
      </a>
    );
  }
  return (
    <span className="muted" title={`${title}: not synced`}>
      {children}
    </span>
  );
}

/** The runs before and after it, above and below it. */
function Relations({ part }: { readonly part: TemporalPart }) {
  const { parent, root, first, previous, next, chainReason, children, childrenLeftOut } = part;
  const isFarRoot = root !== null && root.runId !== parent?.runId;
  const isFarFirst = first !== null && first.runId !== previous?.runId;
  return (
    <>
      {previous !== null && (
        <Fact name="Run before">
          {isFarFirst && (
            <>
              <Related run={first}>the first</Related>,{' '}
            </>
          )}
          <Related run={previous}>{chainReason === null ? 'previous' : words(chainReason)}</Related>
        </Fact>
      )}
      {next !== null && (
        <Fact name="Run after">
          <Related run={next}>next</Related>
        </Fact>
      )}
      {parent !== null && (
        <Fact name="Parent">
          <Related run={parent}>
            <bdi>{parent.workflowId ?? 'workflow'}</bdi>
          </Related>
          {isFarRoot && (
            <>
              {' '}
              in{' '}
              <Related run={root}>
                <bdi>{root.workflowId ?? 'the whole'}</bdi>
              </Related>
            </>
          )}
        </Fact>
      )}
      {children.length > 0 && (
        <Fact name="Children">
          <Children list={children} leftOut={childrenLeftOut} />
        </Fact>
      )}
    </>
  );
}

/** While an execution is being read, has it looked how far that is. */
function useProgress(workspace: string | undefined, id: string, isOn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(
      () =>
        void client.refetchQueries(
          { queryKey: ['execution', workspace, id], type: 'active' },
          { cancelRefetch: false },
        ),
      PROGRESS_MS,
    );
    return () => clearInterval(timer);
  }, [client, workspace, id, isOn]);
}

/** Why an execution could not be read, with a word on what to do. */
function reasonOf(error: Error): { readonly text: string; readonly advice: string | null } {
  const code = error instanceof ApiError ? error.problem : null;
  const advice =
    code === 'temporal_not_connected' ? 'Its connection was removed. Connect the server again under Settings.' : null;
  return { text: error.message, advice };
}

interface SyncProps {
  readonly workspace: string | undefined;
  readonly execution: Execution;
  readonly part: TemporalPart;
  readonly now: number;
}

/** When it was read, how far that is, and the button that has it read again. */
function Sync({ workspace, execution, part, now }: SyncProps) {
  const { syncedAt, events, historyLength, isComplete } = part;
  const mayChange = useMayChange();
  const sync = useSyncExecution(workspace, execution.id);
  useProgress(workspace, execution.id, sync.isPending);
  const failed = sync.error
    ? reasonOf(sync.error)
    : part.error && { text: part.error.message, advice: adviceFor(part.error.code) };
  return (
    <>
      <div className="strip-sync">
        <output className="muted" title={syncedAt === null ? undefined : formatExact(syncedAt)}>
          {sync.isPending ? (
            <>Reading: {progressWords(events, historyLength)}</>
          ) : (
            <>
              {progressWords(events, historyLength)},{' '}
              {syncedAt === null ? 'never wholly read' : isComplete ? 'all read' : `read ${agoWords(syncedAt, now)}`}
            </>
          )}
        </output>
        {mayChange && (
          <Button className="button button-small" isDisabled={sync.isPending} onPress={() => sync.mutate()}>
            <Icon name={sync.isPending ? 'running' : 'download'} />
            {sync.isPending ? 'Reading' : 'Sync'}
          </Button>
        )}
      </div>
      {failed && !sync.isPending && (
        <p className="banner banner-warning strip-error" role="alert">
          <Icon name="warning" />
          <span>
            <strong>It could not be read from Temporal.</strong> What is shown is what was known before.
            <span className="strip-reason">
              <bdi>{failed.text}</bdi>
            </span>
            {failed.advice !== null && <span className="strip-reason">{failed.advice}</span>}
          </span>
        </p>
      )}
    </>
  );
}

interface StripProps {
  readonly workspace: string | undefined;
  readonly execution: Execution;
  /** Whether all of it has come, and not only what a list says of it. */
  readonly isWhole: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Which run of Temporal an execution is, what it belongs with there, and how current it is. */
export function TemporalStrip({ workspace, execution, isWhole, now }: StripProps) {
  const part = execution.temporal;
  if (part === null) {
    return (
      <div className="temporal-strip muted" aria-busy={!isWhole}>
        {isWhole && 'Its connection was removed, so nothing more is read of it. This is what was read before.'}
      </div>
    );
  }
  const isOdd = isTerminal(execution.status) && part.status !== execution.status;
  return (
    <section className="temporal-strip" aria-label="Temporal">
      <dl className="strip-facts">
        <Fact name="Workflow ID">
          <Id text={part.workflowId} what="the workflow id" />
        </Fact>
        <Fact name="Run ID">
          <Id text={part.runId} what="the run id" isShort />
        </Fact>
        <Fact name="Namespace">
          <bdi title={`By the connection ${part.connectionName}`}>{part.namespace}</bdi>
        </Fact>
        {part.taskQueue !== null && (
          <Fact name="Task queue">
            <bdi>{part.taskQueue}</bdi>
          </Fact>
        )}
        {isOdd && <Fact name="Ended as">{words(part.status)}</Fact>}
        <Relations part={part} />
      </dl>
      {part.link !== null && (
        <a className="button button-small" href={part.link} target="_blank" rel="noreferrer">
          <Icon name="out" />
          Open in Temporal
        </a>
      )}
      <Sync workspace={workspace} execution={execution} part={part} now={now} />
    </section>
  );
}
