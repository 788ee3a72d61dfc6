import { Button } from 'react-aria-components';
import { useSearchParams } from 'react-router';
import { formatExact } from '../format/time.ts';
import { ACTOR_KINDS, actionWords, auditFilterIn, outcomeOf, type AuditFilter } from './auditFilter.ts';
import { useAudit } from './queries.ts';
import { Loaded, OnlyAdmins, Section } from './Section.tsx';
import type { SectionProps } from './section-props.ts';
import type { AuditEntry } from './types.ts';

type SetFilter = (more: Partial<AuditFilter>) => void;

function Filters({ filter, onChange }: { readonly filter: AuditFilter; readonly onChange: SetFilter }) {
  return (
    <search className="settings-filters" aria-label="Filter the log">
      <label>
        Who
        <select className="select" value={filter.kind} onChange={({ target }) => onChange({ kind: target.value })}>
          {ACTOR_KINDS.map(([kind, word]) => (
            <option key={kind} value={kind}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <label>
        From
        <input
          type="date"
          className="field-input"
          value={filter.from}
          onChange={({ target }) => onChange({ from: target.value })}
        />
      </label>
      <label>
        To
        <input
          type="date"
          className="field-input"
          value={filter.to}
          onChange={({ target }) => onChange({ to: target.value })}
        />
      </label>
      {filter.actor !== '' && (
        <Button className="button button-small" onPress={() => onChange({ actor: '' })}>
          Everybody, not one alone
        </Button>
      )}
    </search>
  );
}

function actorName({ actorName: name, actorKind, actorId }: AuditEntry): string {
  if (actorKind === 'local') return 'this machine’s user';
  return name ?? actorId ?? actorKind;
}

function Entry({ entry, onActor }: { readonly entry: AuditEntry; readonly onActor: (id: string) => void }) {
  const { at, actorId, actorKind, action, method, route, resources, status, requestId } = entry;
  const outcome = outcomeOf(status);
  return (
    <tr>
      <td>{at !== null && <time dateTime={new Date(at).toISOString()}>{formatExact(at)}</time>}</td>
      <td>
        {actorId === null ? (
          actorName(entry)
        ) : (
          <Button className="link-button" onPress={() => onActor(actorId)}>
            <bdi>{actorName(entry)}</bdi>
          </Button>
        )}
        {actorKind === 'key' && <span className="muted"> key</span>}
      </td>
      <th scope="row">
        {actionWords(action)}
        {resources.map(([name, id]) => (
          <span key={name} className="settings-resource muted">
            {name} <bdi>{id}</bdi>
          </span>
        ))}
      </th>
      <td>
        <span className={outcome === 'Done' ? undefined : 'settings-bad'}>{outcome}</span>{' '}
        <span className="muted" title={`${method} ${route}, request ${requestId}`}>
          {status}
        </span>
      </td>
    </tr>
  );
}

function Log({ workspace }: Pick<SectionProps, 'workspace'>) {
  const [params, setParams] = useSearchParams();
  const filter = auditFilterIn(params);
  const asked = useAudit(workspace.id, filter);
  const change: SetFilter = (more) => {
    const wanted = Object.entries({ ...filter, ...more }).filter(([, value]) => value !== '');
    setParams(Object.fromEntries(wanted), { replace: true });
  };
  const isFiltered = Object.values(filter).some((value) => value !== '');
  return (
    <>
      <Filters filter={filter} onChange={change} />
      <Loaded asked={asked} what="The audit log">
        {({ pages }) => {
          const entries = pages.flatMap(({ items }) => items);
          return (
            <section className="list" aria-label="Audit log">
              {entries.length === 0 && (
                <div className="state">
                  <h2>{isFiltered ? 'Nothing of that kind' : 'Nothing was changed yet'}</h2>
                  <p>Every change and every refused change is written down here. Reading is not.</p>
                </div>
              )}
              {entries.length > 0 && (
                <div className="settings-scroll">
                  <table className="settings-table">
                    <caption className="visually-hidden">What was changed or refused, the newest first</caption>
                    <thead>
                      <tr>
                        <th scope="col">When</th>
                        <th scope="col">Who</th>
                        <th scope="col">What</th>
                        <th scope="col">Outcome</th>
                      </tr>
                    </thead>
                    <tbody>
                      {entries.map((entry) => (
                        <Entry key={entry.id} entry={entry} onActor={(actor) => change({ actor })} />
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
              {asked.hasNextPage && (
                <div className="list-empty">
                  <Button
                    className="button"
                    isDisabled={asked.isFetchingNextPage}
                    onPress={() => void asked.fetchNextPage()}
                  >
                    {asked.isFetchingNextPage ? 'Loading' : 'Show older entries'}
                  </Button>
                </div>
              )}
            </section>
          );
        }}
      </Loaded>
    </>
  );
}

/** Who changed what in a workspace, and what they were refused. */
export function Audit({ workspace, role }: SectionProps) {
  return (
    <Section
      title="Audit log"
      about="Who changed what, and what was refused. What was sent is not in it, only what it was about."
    >
      {role === 'admin' ? <Log workspace={workspace} /> : <OnlyAdmins what="see the log" />}
    </Section>
  );
}
