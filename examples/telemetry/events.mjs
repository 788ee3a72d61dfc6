// Follows a workflow until one of its executions completes: FLOWPROF_URL and WORKFLOW_ID come from the environment.
// Browsers have WebSocket by themselves.
import { WebSocket } from 'ws';

const { FLOWPROF_URL: baseUrl = 'http://127.0.0.1:7420', WORKFLOW_ID: workflowId } = process.env;

const startTimer = () => console.time('workflow');
const stopTimer = () => console.timeEnd('workflow');
const updateUI = () => console.log('(the page would be drawn again)');

// Subscribe to workflow execution events
const ws = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/ws/workflows/${workflowId}`);

ws.addEventListener('open', () => console.log('Waiting for events'));

ws.addEventListener('message', (event) => {
  const message = JSON.parse(event.data);

  if (message.event === 'workflow_started') {
    console.log('Workflow started');
    startTimer();
  } else if (message.event === 'workflow_completed') {
    console.log(`Workflow completed in ${message.data.duration_seconds}s`);
    stopTimer();
    ws.close();
  } else if (message.event === 'step_completed') {
    console.log(`${message.data.step_name} completed`);
    updateUI();
  }
});
