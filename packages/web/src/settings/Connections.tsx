import { Link } from 'react-router';
import { Section } from './Section.tsx';
import type { SectionProps } from './section-props.ts';
import { Snippet } from './Snippet.tsx';
import { callbackSnippet, otlpSnippet } from './snippets.ts';
import { TemporalSection } from '../temporal/TemporalSection.tsx';

function KeyHint({ isLocalMode, isAdmin }: { readonly isLocalMode: boolean; readonly isAdmin: boolean }) {
  if (isLocalMode)
    return <p>The server asks for no key, so none is needed. It is reached from its own machine only.</p>;
  return (
    <p>
      In place of <code>fp_...</code> goes an API key of this workspace that may write:{' '}
      {isAdmin ? <Link to="/settings/keys">make one</Link> : 'an admin makes one'}.
    </p>
  );
}

/** Where the executions of a workspace come from. */
export function Connections(props: SectionProps) {
  const { workspace, me, role } = props;
  const target = { origin: location.origin, workspace: workspace.slug, needsKey: !me.isLocalMode };
  return (
    <Section title="Connections" about="Where executions come from, besides the workflows that flowprof runs itself.">
      <TemporalSection {...props} />
      <section className="settings-group" aria-labelledby="otlp-title">
        <h2 id="otlp-title">OpenTelemetry</h2>
        <p>
          Any exporter of spans may send here, by HTTP or gRPC, to the same address. Every trace becomes an execution.
          Set this where the program runs:
        </p>
        <Snippet label="Environment of an OpenTelemetry exporter" text={otlpSnippet(target)} />
        <KeyHint isLocalMode={me.isLocalMode} isAdmin={role === 'admin'} />
      </section>
      <section className="settings-group" aria-labelledby="callbacks-title">
        <h2 id="callbacks-title">Callbacks</h2>
        <p>
          An engine that runs workflows itself reports what happens, in any order and any number of times. Its
          executions then have the same pages as all others. For a try:
        </p>
        <Snippet label="A callback by hand" text={callbackSnippet(target)} />
        <p className="muted">
          <code>examples/callbacks</code> has clients with batches and repetition to copy, in Node and Python.
        </p>
      </section>
      <section className="settings-group" aria-labelledby="files-title">
        <h2 id="files-title">Files</h2>
        <p>
          Traces of Chrome and Perfetto, Jaeger, Zipkin, Airflow, Argo, GitHub Actions, n8n, Nextflow and others are
          read as files.{' '}
          {role === 'viewer' ? 'Who may write can import them.' : <Link to="/import">Import a file</Link>}
        </p>
      </section>
    </Section>
  );
}
