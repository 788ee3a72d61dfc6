import {
  profilerEndRecording,
  profilerRecordNodeExecution,
  profilerStartRecording,
  useWorkflowProfiler,
  WorkflowProfilerPanel,
} from '@flowprof/flame/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

const graph = {
  nodes: [{ id: 'load' }, { id: 'resize' }, { id: 'caption' }, { id: 'save' }],
  edges: [
    { source: 'load', target: 'resize' },
    { source: 'load', target: 'caption' },
    { source: 'resize', target: 'save' },
    { source: 'caption', target: 'save' },
  ],
};

/** What an engine tells while it runs a job; nothing of it is React's. */
function runJob(captionMs: number): void {
  const runId = profilerStartRecording('photos', { workflowName: 'Photos' });
  const start = Date.now();
  const ran = (nodeId: string, from: number, duration: number, more = {}) =>
    profilerRecordNodeExecution('photos', { nodeId, startTime: start + from, duration, ...more }, { runId });
  ran('load', 0, 120, { outputSize: 4_200_000 });
  ran('resize', 120, 300);
  ran('caption', 160, captionMs, { queueTime: 40, nodeType: 'model', inputSize: 4_200_000, outputSize: 180 });
  ran('save', 160 + captionMs, 90);
  profilerEndRecording('photos', 'completed', { runId, endTime: start + 250 + captionMs });
}

function Editor() {
  const { getBottlenecks } = useWorkflowProfiler('photos');
  return (
    <>
      <button type="button" onClick={() => runJob(700)}>
        Run
      </button>
      <button type="button" onClick={() => runJob(1100)}>
        Run with a slow model
      </button>
      <output>Slowest: {getBottlenecks(1)[0]?.nodeId ?? 'not known yet'}</output>
      <WorkflowProfilerPanel workflowId="photos" graph={graph} />
    </>
  );
}

const host = document.getElementById('host');
if (host !== null) {
  createRoot(host).render(
    <StrictMode>
      <Editor />
    </StrictMode>,
  );
}
