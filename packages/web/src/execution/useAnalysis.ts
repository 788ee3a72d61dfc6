import { PageTurns } from '@flowprof/flame';
import { inSlices, type Micros, type Trace } from '@flowprof/model';
import { useEffect, useRef, useState } from 'react';
import type { PageAnalysis } from './analysis.ts';

/** Up to so many spans are analysed at once, in a few milliseconds. */
const AT_ONCE = 5_000;

/** The analyses themselves, which no first picture needs: loaded once the browser has painted what is there. */
async function loadAnalyses() {
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  return import('./analysis.ts');
}

interface Question {
  readonly trace: Trace;
  readonly until: Micros | null;
}

/** Analyses one trace after the other; of those that come meanwhile only the latest waits. */
class Analyst {
  readonly #tell: (analysis: PageAnalysis) => void;
  #next: Question | null = null;
  #isBusy = false;
  #isClosed = false;

  constructor(tell: (analysis: PageAnalysis) => void) {
    this.#tell = tell;
  }

  ask(question: Question): void {
    this.#next = question;
    if (!this.#isBusy) void this.#work();
  }

  close(): void {
    this.#isClosed = true;
    this.#next = null;
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    const { analysePage, analysePageInSteps } = await loadAnalyses();
    const turns = new PageTurns();
    for (let asked = this.#next; asked !== null; asked = this.#next) {
      this.#next = null;
      if (asked.trace.spans.length > AT_ONCE) {
        await turns.next(); // the chart is painted first
        const analysis = await inSlices(analysePageInSteps(asked.trace, asked.until), turns);
        if (!this.#isClosed) this.#tell(analysis);
      } else {
        this.#tell(analysePage(asked.trace, asked.until));
      }
    }
    turns.close();
    this.#isBusy = false;
  }
}

/**
 * The analyses of a trace, up to a moment; those of the one before until they are there. They never hold up the page: what
 * they need is not loaded before `isShown`, when what shows the trace is.
 */
export function useAnalysis(
  trace: Trace | undefined,
  until: Micros | null,
  isShown: boolean,
): PageAnalysis | undefined {
  const [analysis, setAnalysis] = useState<PageAnalysis | undefined>(undefined);
  const analyst = useRef<Analyst | null>(null);
  useEffect(() => {
    const made = new Analyst(setAnalysis);
    analyst.current = made;
    return () => made.close();
  }, []);
  useEffect(() => {
    if (trace !== undefined && isShown) analyst.current?.ask({ trace, until });
  }, [trace, until, isShown]);
  return analysis;
}
