import { Button } from 'react-aria-components';
import { Link, useNavigate } from 'react-router';
import { useMayChange, useWorkspace } from '../api/queries.ts';
import { Copy } from '../components/Copy.tsx';
import { Icon } from '../components/Icon.tsx';
import { useExample } from './queries.ts';

/** Before the first workspace: how to get one with something in it. */
export function NoWorkspace() {
  return (
    <div className="state state-wide">
      <h2>No workspace yet</h2>
      <p>Stop the server, and start it with the example workflows, each run once:</p>
      <pre className="command">
        <code>npx flowprof demo</code>
      </pre>
      <p>Or make a workspace of your own:</p>
      <pre className="command">
        <code>{`curl -X POST ${location.origin}/api/workspaces -H 'content-type: application/json' -d '{"slug":"shop","name":"Shop"}'`}</code>
      </pre>
    </div>
  );
}

interface NoExecutionsProps {
  /** The workspace's slug. */
  readonly workspace: string;
  /** Whether it has workflows. */
  readonly workflows: boolean;
}

function Command({ what, children }: { readonly what: string; readonly children: string }) {
  return (
    <div className="command-line">
      <pre className="command">
        <code>{children}</code>
      </pre>
      <Copy what={what} text={() => children} />
    </div>
  );
}

/** Starts the example, and opens it while it runs. */
function Example({ workspace }: { readonly workspace: string | undefined }) {
  const example = useExample(workspace);
  const navigate = useNavigate();
  const start = () =>
    example.mutate(undefined, {
      onSuccess: (id) => void navigate(`/executions/${encodeURIComponent(id)}`),
    });
  return (
    <>
      <p>Takes four seconds, needs nothing, and draws itself while it runs.</p>
      <Button className="button button-primary" isDisabled={example.isPending} onPress={start}>
        <Icon name={example.isPending ? 'running' : 'play'} />
        {example.isPending ? 'Starting' : 'Run an example'}
      </Button>
      {example.error && (
        <p className="inline-error" role="alert">
          It could not be started: {example.error.message}
        </p>
      )}
    </>
  );
}

/** Before the first execution: what this is for, and how to get one. */
export function NoExecutions({ workspace, workflows }: NoExecutionsProps) {
  const mayChange = useMayChange();
  const id = useWorkspace().data?.id;
  const endpoint = `OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`;
  return (
    <div className="welcome">
      <h2>No executions yet</h2>
      <p className="welcome-what">
        flowprof shows where the time of a workflow went: what held its end, what waited for what, and what changed
        since the last run.
      </p>
      {!mayChange && <p className="muted">You may look at this workspace. What others run in it appears here.</p>}
      <div className="welcome-ways">
        {mayChange && (
          <section className="welcome-way">
            <h3>See one now</h3>
            <Example workspace={id} />
            {workflows && <p className="muted">Or run one of the workflows on this page.</p>}
          </section>
        )}
        {mayChange && (
          <section className="welcome-way">
            <h3>Open a file that you have</h3>
            <p>
              Drop trace files anywhere here: of Chrome, OpenTelemetry, Jaeger, Temporal, Argo, GitHub Actions, Nextflow
              and others.
            </p>
            <Link className="button" to="/import">
              <Icon name="upload" />
              Choose files
            </Link>
          </section>
        )}
        <section className="welcome-way">
          <h3>Connect Temporal</h3>
          <p>
            What runs on a Temporal server appears here by itself, with every attempt, wait and child workflow. The
            server is only read.
          </p>
          <Link className="button" to="/settings/connections">
            <Icon name="plus" />
            Connect a server
          </Link>
        </section>
        <section className="welcome-way">
          <h3>Send what runs</h3>
          <p>Any program with OpenTelemetry sends its traces here:</p>
          <Command what="the settings for OpenTelemetry">{endpoint}</Command>
          {!workflows && (
            <>
              <p>Or load the example workflows, and run them here:</p>
              <Command what="the command that loads examples">{`npx flowprof seed --workspace-id ${workspace}`}</Command>
            </>
          )}
        </section>
      </div>
    </div>
  );
}

/** When filters leave nothing over. */
export function NoMatches({ onClear }: { readonly onClear: () => void }) {
  return (
    <div className="state">
      <h2>No execution matches</h2>
      <p>Nothing that was run here fits all of the filters. Take some of them away to see more.</p>
      <div className="state-actions">
        <Button className="button" onPress={onClear}>
          Clear filters
        </Button>
      </div>
    </div>
  );
}
