const TYPE =
  /"type"\s*:\s*"(?:Execution(?:Started|Succeeded|Failed|Aborted|TimedOut|Redriven)|\w+State(?:Entered|Exited|Started|Succeeded|Failed|Aborted)|MapIteration\w+|(?:Task|LambdaFunction|Activity)(?:Scheduled|Started|Succeeded|Failed|TimedOut))"/i;

const PREVIOUS = /"(?:previousEventId|PreviousEventId|previous_event_id)"\s*:/;

/** The same within the text of a log message. */
const IN_MESSAGE = /\\"type\\"\s*:\s*\\"(?:Execution|\w+State)[A-Z]\w+\\"[^]*\\"execution_arn\\"|\\"execution_arn\\"/;

/** How sure it is that a file which begins with this text has events of Step Functions. */
export function sniffStepFunctions(head: string): number {
  if (TYPE.test(head) && PREVIOUS.test(head)) return 0.9;
  return IN_MESSAGE.test(head) && /\\"previous_event_id\\"/.test(head) ? 0.8 : 0;
}
