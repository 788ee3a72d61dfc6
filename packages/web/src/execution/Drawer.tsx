import { formatDuration } from '@flowprof/flame';
import type { JsonValue } from '@flowprof/model';
import { useContext, useId, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Step } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatExactMs, formatPercent } from '../format/duration.ts';
import { formatBytes, formatJson, words } from '../format/value.ts';
import { Copy } from '../components/Copy.tsx';
import { Attempts } from './Attempts.tsx';
import { NodeHistory } from './NodeHistory.tsx';
import { SourceContext } from './SourceContext.ts';
import type { SpanDetails } from './spanDetails.ts';
import type { Retries } from './stepRows.ts';

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** A time to read and, as its title, to the microsecond. */
function Time({ micros }: { readonly micros: number }) {
  return <span title={formatExactMs(micros)}>{formatDuration(micros)}</span>;
}

/** A value of the metadata; what is a size or a time in milliseconds says so by its name. */
function Value({ name, value }: { readonly name: string; readonly value: JsonValue }) {
  if (typeof value === 'number' && name.endsWith('_ms')) return <Time micros={value * 1000} />;
  if (typeof value === 'number' && /(^|_)bytes$/.test(name)) {
    return <span title={`${value.toLocaleString('en')} bytes`}>{formatBytes(value)}</span>;
  }
  if (typeof value === 'object' && value !== null) return <pre className="json">{formatJson(value)}</pre>;
  return <bdi>{String(value)}</bdi>;
}

function Summary({ title, value }: { readonly title: string; readonly value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <details className="summary">
      <summary>{title}</summary>
      <Copy what={`the ${title.toLowerCase()}`} text={() => JSON.stringify(value, null, 2)} />
      <pre className="json">{formatJson(value)}</pre>
    </details>
  );
}

interface DrawerProps {
  readonly details: SpanDetails;
  /** The step of the span's node, where the timeline has it. */
  readonly step: Step | null;
  /** What became of the retries of its node; null where nothing failed or was tried again. */
  readonly retries: Retries | null;
  /** Microseconds. */
  readonly makespan: number;
  readonly onClose: () => void;
}

const PLACES = [
  ['taskQueue', 'Task queue'],
  ['worker', 'Worker'],
  ['buildId', 'Build'],
] as const;

function ThisInstance({ details, makespan }: Pick<DrawerProps, 'details' | 'makespan'>) {
  const { node, place } = details;
  return (
    <dl className="facts">
      <Fact name="Start">
        <Time micros={details.start} />
      </Fact>
      <Fact name={details.running ? 'Running for' : 'Duration'}>
        <Time micros={details.duration} />
        {makespan > 0 && <span className="muted"> · {formatPercent(details.duration, makespan)} of the makespan</span>}
      </Fact>
      <Fact name="Self">
        <Time micros={details.self} />
        {details.duration > 0 && <span className="muted"> · {formatPercent(details.self, details.duration)}</span>}
      </Fact>
      {details.attempt !== null && <Fact name="Attempt">{details.attempt}</Fact>}
      {node && (
        <Fact name="Node">
          <bdi>{node.key}</bdi>
          {node.type !== 'unknown' && <span className="muted"> · {node.type}</span>}
        </Fact>
      )}
      {PLACES.map(([key, name]) => {
        const text = place[key];
        return (
          text !== null && (
            <Fact key={key} name={name}>
              <bdi>{text}</bdi>
            </Fact>
          )
        );
      })}
    </dl>
  );
}

function AllInstances({ details, makespan }: Pick<DrawerProps, 'details' | 'makespan'>) {
  const { count, total, self, average, longest } = details.instances;
  return (
    <section className="drawer-section" aria-label="All instances">
      <h3>
        All instances of <bdi>{details.name}</bdi>
      </h3>
      <dl className="facts">
        <Fact name="Count">{count.toLocaleString('en')}</Fact>
        <Fact name="Total">
          <Time micros={total} />
          {makespan > 0 && <span className="muted"> · {formatPercent(total, makespan)} of the makespan</span>}
        </Fact>
        <Fact name="Self">
          <Time micros={self} />
          {total > 0 && <span className="muted"> · {formatPercent(self, total)}</span>}
        </Fact>
        <Fact name="Average">
          <Time micros={average} />
        </Fact>
        <Fact name="Longest">
          <Time micros={longest} />
        </Fact>
      </dl>
    </section>
  );
}

function Waits({ details }: { readonly details: SpanDetails }) {
  if (details.waits.length === 0) return null;
  return (
    <section className="drawer-section" aria-label="Waits">
      <h3>Waits</h3>
      <dl className="facts">
        {details.waits.map((wait) => (
          <Fact key={`${wait.name} ${wait.cause} ${wait.duration}`} name={wait.name}>
            <Time micros={wait.duration} />
            {wait.cause !== null && (
              <span className="muted">
                {' '}
                · <bdi>{wait.cause}</bdi>
              </span>
            )}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function Annotations({ details }: { readonly details: SpanDetails }) {
  if (details.annotations.length === 0) return null;
  return (
    <section className="drawer-section" aria-label="Annotations">
      <h3>Annotations</h3>
      <ul className="annotations">
        {details.annotations.map((annotation) => (
          <li key={`${annotation.time} ${annotation.type} ${annotation.label}`}>
            <Time micros={annotation.time} />
            <span className="tag">{words(annotation.type)}</span>
            <bdi>{annotation.label}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Everything that is known of the selected span. */
export function Drawer({ details, step, retries, makespan, onClose }: DrawerProps) {
  const title = useId();
  const source = useContext(SourceContext);
  const error = details.error ?? (details.kind === 'node' ? (step?.error ?? null) : null);
  return (
    <aside className="drawer" aria-labelledby={title}>
      <div className="drawer-head">
        <div className="drawer-title">
          {details.path.length > 0 && <bdi className="drawer-path">{details.path.join(' › ')}</bdi>}
          <h2 id={title}>
            <bdi>{details.label}</bdi>
          </h2>
          <span className="drawer-kind">
            <span className="tag">{details.kind}</span>
            <StatusBadge status={details.status} />
          </span>
        </div>
        <Button className="icon-button" aria-label="Close the details" onPress={onClose}>
          <Icon name="cross" />
        </Button>
      </div>
      {/* A region that scrolls by itself must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="drawer-body" aria-label="What is known of it" tabIndex={0}>
        {error !== null && (
          <div className="banner banner-error">
            <Icon name="warning" />
            <span>{error}</span>
          </div>
        )}
        <ThisInstance details={details} makespan={makespan} />
        <Waits details={details} />
        <Attempts attempts={details.attempts} retries={retries} policy={details.policy} />
        {details.metadata.length > 0 && (
          <section className="drawer-section" aria-label="Metadata">
            <h3>Metadata</h3>
            <dl className="facts">
              {details.metadata.map(([key, value]) => (
                <Fact key={key} name={words(key.replace(/_(ms|bytes)$/, ''))}>
                  <Value name={key} value={value} />
                </Fact>
              ))}
            </dl>
          </section>
        )}
        <Annotations details={details} />
        {step && (step.input !== null || step.output !== null) && (
          <section className="drawer-section" aria-label="Data">
            <h3>Data of the node</h3>
            <Summary title="Input" value={step.input} />
            <Summary title="Output" value={step.output} />
          </section>
        )}
        <AllInstances details={details} makespan={makespan} />
        {source && details.node && <NodeHistory source={source} node={details.node.key} />}
      </section>
    </aside>
  );
}
