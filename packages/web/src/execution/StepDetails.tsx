import { formatDuration } from '@flowprof/flame';
import type { RefCallback } from 'react';
import { Copy } from '../components/Copy.tsx';
import { formatExact } from '../format/time.ts';
import { formatJson } from '../format/value.ts';
import type { Retries, StepRow } from './stepRows.ts';
import { Verdict, VERDICT_WORDS } from './Verdict.tsx';

function Value({ title, value }: { readonly title: string; readonly value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <section className="step-value" aria-label={title}>
      <h4>
        {title} <Copy what={`the ${title.toLowerCase()}`} text={() => JSON.stringify(value, null, 2)} />
      </h4>
      {/* What scrolls has to be reached by the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="json" tabIndex={0}>
        {formatJson(value)}
      </pre>
    </section>
  );
}

function RetryFact({ retries }: { readonly retries: Retries }) {
  const { verdict, reason, attempts, cost } = retries;
  return (
    <>
      <dt>Retries</dt>
      <dd>
        <Verdict verdict={verdict} /> {VERDICT_WORDS[verdict]}: <bdi>{reason}</bdi>
        <span className="muted">
          {' '}
          · {attempts.toLocaleString('en')} {attempts === 1 ? 'attempt' : 'attempts'}
          {cost > 0 && `, ${formatDuration(cost)} lost`}
        </span>
      </dd>
    </>
  );
}

function PlaceFact({ name, text }: { readonly name: string; readonly text: string | null }) {
  if (text === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{text}</bdi>
      </dd>
    </>
  );
}

interface StepDetailsProps {
  readonly row: StepRow;
  readonly measure: RefCallback<HTMLElement>;
}

/** What else is known of a step: what went in and came out, why it failed, what ran it. */
export function StepDetails({ row, measure }: StepDetailsProps) {
  const { step, type, place, policy, errorCode, retries } = row;
  return (
    <div className="step-details" ref={measure}>
      {step.error !== null && (
        <p className="step-error">
          {errorCode !== null && (
            <>
              <code>{errorCode}</code>{' '}
            </>
          )}
          <bdi>{step.error}</bdi>
        </p>
      )}
      <dl className="facts">
        <dt>Node</dt>
        <dd>
          <bdi>{step.id}</bdi>
          {type !== null && (
            <span className="muted">
              {' '}
              · <bdi>{type}</bdi>
            </span>
          )}
        </dd>
        <PlaceFact name="Task queue" text={place.taskQueue} />
        <PlaceFact name="Worker" text={place.worker} />
        <PlaceFact name="Build" text={place.buildId} />
        {step.startedAt !== null && (
          <>
            <dt>Started</dt>
            <dd>{formatExact(step.startedAt)}</dd>
          </>
        )}
        {retries && <RetryFact retries={retries} />}
        <PlaceFact name="Policy" text={policy} />
      </dl>
      <div className="step-values">
        <Value title="Input" value={step.input} />
        <Value title="Output" value={step.output} />
      </div>
    </div>
  );
}
