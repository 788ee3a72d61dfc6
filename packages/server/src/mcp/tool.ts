import type { McpServer, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ApiClient } from '../cli/api-client.ts';
import { CommandFailure, UsageError } from '../cli/errors.ts';

/** A tool: reads from a server and answers in markdown. It changes nothing. */
interface ToolDefinition<Input extends z.ZodObject> {
  /** How it is called, stable. */
  readonly name: string;
  readonly title: string;
  /** When it is of use, and what it answers, for a model. */
  readonly description: string;
  readonly input: Input;
  /** @throws {UsageError} @throws {CommandFailure} whose message the caller is told */
  readonly answer: (api: ApiClient, input: z.output<Input>) => Promise<string>;
}

/** Adds a tool to a server of the Model Context Protocol. */
export type McpTool = (server: McpServer, api: ApiClient) => void;

/** Makes a tool of its definition. What a server refuses is told as the tool's error, so that a model can mend its call. */
export function mcpTool<Input extends z.ZodObject>(definition: ToolDefinition<Input>): McpTool {
  const { name, title, description, input, answer } = definition;
  const inputSchema: StandardSchemaWithJSON = input;
  const annotations = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };
  return (server, api) => {
    server.registerTool(name, { title, description, inputSchema, annotations }, async (given) => {
      try {
        return { content: [{ type: 'text', text: await answer(api, input.parse(given)) }] };
      } catch (error) {
        if (!(error instanceof CommandFailure) && !(error instanceof UsageError)) throw error;
        return { content: [{ type: 'text', text: error.message }], isError: true };
      }
    });
  };
}

/** The workspace of what is asked for. */
export const workspaceInput = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .describe('Slug or id of the workspace; all are looked through when absent');

/** An id of an execution. */
export const executionInput = z.uuid().describe('The id of the execution, as list_executions gives it');

/** The workspaces that are meant, by their ids or slugs. */
export async function workspacesOf(api: ApiClient, named: string | undefined): Promise<readonly string[]> {
  if (named !== undefined) return [named];
  const page = z.object({ items: z.array(z.object({ slug: z.string() })) });
  return (await api.call('GET', '/api/workspaces?limit=100', page)).items.map(({ slug }) => slug);
}

/** The path of something of a workspace. */
export function pathIn(workspace: string, what: string, query: Readonly<Record<string, string>> = {}): string {
  const asked = new URLSearchParams(query).toString();
  return `/api/v1/workspaces/${encodeURIComponent(workspace)}/${what}${asked === '' ? '' : `?${asked}`}`;
}
