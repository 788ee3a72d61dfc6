import { formatDuration } from '@flowprof/flame';
import type { RefCallback } from 'react';
import { Copy } from '../components/Copy.tsx';
import { formatExact } from '../format/time.ts';
import { formatJson } from '../format/value.ts';
import type { Retries, StepRow } from './stepRows.ts';

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

const VERDICTS: Readonly<Record<Retries['verdict'], string>> = {
  expected: 'expected',
  unexpected: 'not expected',
  unknown: 'not known whether expected',
};

function RetryFact({ retries }: { readonly retries: Retries }) {
  const { verdict, reason, attempts, cost } = retries;
  return (
    <>
      <dt>Retries</dt>
      <dd>
        {VERDICTS[verdict]}: <bdi>{reason}</bdi>
        <span className="muted">
          {' '}
          · {attempts.toLocaleString('en')} {attempts === 1 ? 'attempt' : 'attempts'}
          {cost > 0 && `, ${formatDuration(cost)} lost`}
        </span>
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
  const { step, type, worker, errorCode, retries } = row;
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
        {worker !== null && (
          <>
            <dt>Worker</dt>
            <dd>
              <bdi>{worker}</bdi>
            </dd>
          </>
        )}
        {step.startedAt !== null && (
          <>
            <dt>Started</dt>
            <dd>{formatExact(step.startedAt)}</dd>
          </>
        )}
        {retries && <RetryFact retries={retries} />}
      </dl>
      <div className="step-values">
        <Value title="Input" value={step.input} />
        <Value title="Output" value={step.output} />
      </div>
    </div>
  );
}
