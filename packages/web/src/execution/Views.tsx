import type { Cause } from '@flowprof/model';
import { isFailure } from '@flowprof/model';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useCommands } from '../shell/commands.ts';
import { AccountingBar } from './AccountingBar.tsx';
import type { PageAnalysis } from './analysis.ts';
import { highlightOf } from './evidence.ts';
import { FailureBanner } from './FailureBanner.tsx';
import { Repairs } from './Repairs.tsx';
import { SourceContext } from './SourceContext.ts';
import { failureOf } from './failure.ts';
import { spanIdOrNull } from './spanIds.ts';
import { TABS } from './tabs/registry.ts';
import type { TabProps } from './tabs/tab.ts';

const ShortcutsDialog = lazy(async () => ({ default: (await import('./ShortcutsDialog.tsx')).ShortcutsDialog }));

/** The cause that is pointed out: the one under the pointer or the focus, else the one that was clicked. */
function useCause(analysis: PageAnalysis | undefined) {
  const [lit, onLit] = useState<Cause | null>(null);
  const [pinned, onPin] = useState<Cause | null>(null);
  const cause = lit ?? pinned;
  const segments = analysis?.accounting?.segments;
  const highlight = useMemo(
    () => (segments && cause !== null ? highlightOf(segments, cause) : null),
    [segments, cause],
  );
  return { highlight, bar: { lit, onLit, pinned, onPin } };
}

/** Tells once that what stands beside it is there: it is not before all of that has been loaded. */
function There({ onThere }: { readonly onThere: () => void }) {
  useEffect(onThere, [onThere]);
  return null;
}

interface ViewsProps extends Omit<TabProps, 'highlight' | 'onShow' | 'onHelp'> {
  /** Told when the chosen view has been loaded. */
  readonly onThere: () => void;
  /** What the execution itself says of its failure, where the trace does not. */
  readonly error: string | null;
}

/** Where the time of an execution went, in every view of it: what failed, the accounting, what was mended, and the tabs. */
export function Views({ error, onThere, ...given }: ViewsProps) {
  const { trace, analysis, status, source, address } = given;
  const { state, change } = address;
  const [help, setHelp] = useState(false);
  const { highlight, bar } = useCause(analysis);
  const show = (row: number) => {
    if (trace) change({ tab: 'flame', span: spanIdOrNull(trace.spans.ids, row) });
  };
  const tabs = TABS.filter(({ asksServer = false }) => !asksServer || source !== null);
  const selected = tabs.find(({ id }) => id === state.tab) ?? tabs[0];
  const props: TabProps = { ...given, highlight, onShow: show, onHelp: () => setHelp(true) };
  useCommands(() =>
    tabs.map(({ id, title }) => ({
      id: `tab ${id}`,
      label: `Show ${title}`,
      section: 'Views of the execution',
      run: () => change({ tab: id }),
    })),
  );
  return (
    <SourceContext value={source}>
      {isFailure(status) && (
        <FailureBanner status={status} failure={trace ? failureOf(trace) : null} message={error} onShow={show} />
      )}
      {analysis?.accounting && (
        <AccountingBar causes={analysis.accounting.totals} total={analysis.accounting.total} {...bar} />
      )}
      {trace && <Repairs warnings={trace.warnings} />}
      <Tabs
        className="tabs"
        selectedKey={selected?.id ?? 'flame'}
        onSelectionChange={(key) => change({ tab: String(key), filter: '', kind: '', sort: '' })}
      >
        <TabList className="tab-list" aria-label="Views of the execution">
          {tabs.map(({ id, title, count }) => (
            <Tab key={id} id={id}>
              {title}
              {count && <span className="tab-count">{count(props)}</span>}
            </Tab>
          ))}
        </TabList>
        {tabs.map(({ id, fills = false, component: Content }) => (
          <TabPanel key={id} id={id} className={fills ? 'tab-panel tab-panel-chart' : 'tab-panel'}>
            <Suspense fallback={<output className="skeleton skeleton-chart" aria-label="Loading the view" />}>
              <Content {...props} />
              <There onThere={onThere} />
            </Suspense>
          </TabPanel>
        ))}
      </Tabs>
      {help && (
        <Suspense fallback={null}>
          <ShortcutsDialog open onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </SourceContext>
  );
}
