import { z } from 'zod';
import { ofExecution } from '../../cli/remote.ts';
import { whatIfChange, whatIfShape } from '../../http/shapes/what-if.ts';
import { change, code, paragraphs, sentence, time } from '../markdown.ts';
import { executionInput, mcpTool, workspaceInput } from '../tool.ts';

type Answer = z.output<typeof whatIfShape>;

const MOST_SUGGESTIONS = 8;

function predictionOf({ changes, observed_ms: observed, predicted_ms: predicted, difference_ms: by }: Answer): string {
  const made = changes.map(({ text }) => sentence(text)).join('; ');
  const difference = observed > 0 ? ` (${change(by)}, ${((by / observed) * 100).toFixed(1)}%)` : '';
  return `With ${made}: predicted **${time(predicted)}** instead of ${time(observed)}${difference}.`;
}

function holderOf({ after: { held_by: holder } }: Answer): string | null {
  if (holder === null) return null;
  const { kind, name, id, critical_ms: held } = holder;
  return `Then ${kind === 'wait' ? `the wait ${code(id)}` : code(name ?? id)} holds it longest, ${time(held)}.`;
}

function suggestionsOf({ suggestions }: Answer): string | null {
  if (suggestions.length === 0) return null;
  const lines = suggestions
    .slice(0, MOST_SUGGESTIONS)
    .map(({ text, gain_ms: gain, predicted_ms: ms }) => `- ${sentence(text)}: ${change(-gain)}, to ${time(ms)}`);
  return `**What would help most**\n\n${lines.join('\n')}`;
}

function trustOf({ fidelity, warnings }: Answer): string {
  const told = warnings.map(({ message }) => ` ${sentence(message)}`).join('');
  return `Simulated without a change it is ${fidelity.error_percent.toFixed(2)}% off the real makespan.${told}`;
}

/** What an execution would have taken with changes, or what would help most. */
export const whatIf = mcpTool({
  name: 'what_if',
  title: 'Predict a change',
  description:
    'Predicts by simulation how long an execution would have taken with changes: nodes faster, removed, without ' +
    'retries, other limits, dependencies dropped. Without changes it tries what is obvious and ranks it by its gain.',
  input: z.object({
    execution: executionInput,
    workspace: workspaceInput,
    changes: z.array(whatIfChange).max(20).default([]).describe('Made together; none: what would help most'),
  }),
  async answer(api, { execution, workspace, changes }) {
    const wanted = { id: execution, workspace: workspace ?? null };
    const response = await ofExecution(api, wanted, 'what-if', (path) =>
      api.fetch('POST', path, { json: { changes } }),
    );
    const answer = whatIfShape.parse(await response.json());
    return paragraphs(
      changes.length > 0 ? predictionOf(answer) : null,
      changes.length > 0 ? holderOf(answer) : null,
      suggestionsOf(answer) ?? (changes.length === 0 ? 'No single change would make it shorter.' : null),
      trustOf(answer),
    );
  },
});
