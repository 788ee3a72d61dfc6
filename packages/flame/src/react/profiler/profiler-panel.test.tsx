import { StrictMode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { createProfilerStore } from '../../profiler/store.ts';
import { Bar } from './bar.tsx';
import { nodeTimes } from './nodes.ts';
import { WorkflowProfilerPanel } from './profiler-panel.tsx';
import { useWorkflowProfiler } from './use-profiler.ts';
import { differenceText, percentText, sizeText } from './words.ts';

const HOSTILE = '<script>alert(1)</script>';

function recorded() {
  const store = createProfilerStore({ storage: null, now: () => 1000 });
  store.startRecording('flow', { runId: 'r', startTime: 0 });
  store.recordNodeExecution('flow', { nodeId: 'a', nodeName: HOSTILE, startTime: 0, duration: 600, inputSize: 10 });
  store.recordNodeExecution('flow', { nodeId: 'b', startTime: 650, duration: 100, queueTime: 50, dependsOn: ['a'] });
  store.recordNodeExecution('flow', { nodeId: 'b', startTime: 800, duration: 150, status: 'failed', inputSize: 5 });
  store.endRecording('flow', 'failed');
  return store;
}

describe('the panel', () => {
  it('is rendered on a server as what has recorded nothing, and without styles that a policy could refuse', () => {
    const html = renderToStaticMarkup(
      <StrictMode>
        <WorkflowProfilerPanel workflowId="flow" store={recorded()} />
      </StrictMode>,
    );
    expect(html).toContain('Nothing is recorded yet.');
    expect(html).not.toContain('style=');
  });

  it('offers no recording by hand where it only shows', () => {
    const store = recorded();
    const html = renderToStaticMarkup(<WorkflowProfilerPanel workflowId="flow" store={store} canRecord={false} />);
    expect(html).not.toMatch(/Record<|Clear</);
  });

  it('gives the functions of its hook on a server too', () => {
    const names: string[] = [];
    function Page() {
      const profiler = useWorkflowProfiler('flow', recorded());
      names.push(...Object.keys(profiler));
      return <p>{String(profiler.isRecording())}</p>;
    }
    expect(renderToStaticMarkup(<Page />)).toBe('<p>false</p>');
    expect(names.toSorted()).toEqual([
      'clearProfiles',
      'endRecording',
      'getBottlenecks',
      'getLatestProfile',
      'getParallelizationAnalysis',
      'getPerformanceInsights',
      'getProfiles',
      'isRecording',
      'recordNodeExecution',
      'startRecording',
    ]);
  });
});

describe('the nodes of a run', () => {
  const metrics = recorded().getLatestProfile('flow')?.nodeMetrics ?? [];

  it('are summed over their runs, the slowest first', () => {
    expect(nodeTimes(metrics, 'slowest')).toMatchObject([
      { nodeId: 'a', name: HOSTILE, duration: 600, runs: 1, inputSize: 10 },
      { nodeId: 'b', duration: 250, queueTime: 50, runs: 2, status: 'failed', inputSize: 5, outputSize: null },
    ]);
  });

  it('are in the order of their start or name where that is asked for', () => {
    expect(nodeTimes(metrics, 'started').map(({ nodeId }) => nodeId)).toEqual(['a', 'b']);
    expect(nodeTimes(metrics, 'name').map(({ nodeId }) => nodeId)).toEqual(['a', 'b']);
  });
});

describe('what it says', () => {
  it.each([
    [0, '0%'],
    [7.46, '7.5%'],
    [42.1, '42%'],
    [-12.4, '−12%'],
    [9, '9%'],
  ])('calls %d percent %s', (percent, text) => {
    expect(percentText(percent)).toBe(text);
  });

  it.each([
    [180, '180 bytes'],
    [4_200_000, '4.2 MB'],
    [2_000, '2 kB'],
  ])('calls %d bytes %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });

  it('signs differences, and draws bars by attributes alone', () => {
    expect([differenceText(400), differenceText(-1.5), differenceText(0)]).toEqual(['+400 ms', '−1.5 ms', '0 µs']);
    const html = renderToStaticMarkup(<Bar whole={200} before={20} value={100} />);
    expect(html).toContain('x="10.000%"');
    expect(html).toContain('width="50.000%"');
    expect(html).not.toContain('style');
  });
});
