import { z } from 'zod';
import { DOUBLE, WAIT, type Answer, type TestServer } from '../harness.ts';

const firingShape = z.looseObject({ state: z.literal('firing') });
const withId = z.looseObject({ id: z.string() });
const webhookShape = z.looseObject({ id: z.string(), workspace_id: z.string(), secret: z.string() });

/** A webhook with the ids that name it. */
export interface Webhook {
  readonly id: string;
  readonly workflow: string;
  readonly workspace: string;
  readonly secret: string;
}

/** The workspace of the contract's calls, and ways to put into it what a call needs. */
export class World {
  static readonly slug = 'contract';
  /** Lets the calls in, whatever keys they make. */
  static readonly token = 'contract';
  static readonly credential = { authorization: `Bearer ${World.token}` };
  static readonly headers = { ...World.credential, 'x-workspace-slug': World.slug };
  readonly test: TestServer;
  #made = 0;
  #upload: string | null = null;
  #channel: string | null = null;
  #connection: string | null = null;

  private constructor(test: TestServer) {
    this.test = test;
  }

  static async open(test: TestServer): Promise<World> {
    const world = new World(test);
    await world.#create('/api/workspaces', { slug: World.slug, name: 'Contract' });
    return world;
  }

  /** A text that nothing else has. */
  unique(prefix = 'c'): string {
    return `${prefix}-${++this.#made}`;
  }

  newMember(): Promise<string> {
    const member = { subject: this.unique(), issuer: 'https://id.example.org', role: 'viewer' };
    return this.#create(`/api/v1/workspaces/${World.slug}/members`, member);
  }

  newKey(): Promise<string> {
    return this.#create(`/api/v1/workspaces/${World.slug}/keys`, { name: 'k', scopes: ['read'] });
  }

  newWorkspace(): Promise<string> {
    return this.#create('/api/workspaces', { slug: this.unique('w'), name: 'W' });
  }

  newProject(): Promise<string> {
    return this.#create('/api/projects', { slug: this.unique('p'), name: 'P' });
  }

  newWorkflow(definition: object = DOUBLE): Promise<string> {
    return this.#create('/api/workflows', { name: this.unique(), definition });
  }

  /** An upload of nine bytes; the workspace may have so many only, so an earlier one gives way. */
  async newUpload(): Promise<string> {
    const uploads = `/api/v1/workspaces/${World.slug}/imports/uploads`;
    if (this.#upload !== null)
      await this.test.call(`${uploads}/${this.#upload}`, { method: 'DELETE', headers: World.headers });
    this.#upload = await this.#create(uploads, { size_bytes: 9 });
    return this.#upload;
  }

  /** A baseline of a new workflow, made of its execution. */
  async newBaseline(): Promise<string> {
    const workflow = await this.newWorkflow();
    const execution = await this.#ended(workflow);
    return this.#create(`/api/v1/workspaces/${World.slug}/baselines`, {
      workflow_id: workflow,
      name: 'b',
      made_of: { kind: 'execution', execution_id: execution },
    });
  }

  /** A note on a new execution. */
  async newNote(): Promise<{ readonly execution: string; readonly note: string }> {
    const execution = await this.completed();
    const notes = `/api/v1/workspaces/${World.slug}/executions/${execution}/notes`;
    return { execution, note: await this.#create(notes, { from_ms: 0, to_ms: 1, text: 'n' }) };
  }

  /** A workflow with an execution that has completed. */
  async ranWorkflow(): Promise<{ readonly workflow: string; readonly execution: string }> {
    const workflow = await this.newWorkflow();
    return { workflow, execution: await this.#ended(workflow) };
  }

  /** A webhook of a new workflow. */
  async newWebhook(): Promise<Webhook> {
    const workflow = await this.newWorkflow();
    const { body } = await this.post(`/api/workflows/${workflow}/triggers`, { kind: 'webhook' });
    const { id, secret, workspace_id: workspace } = webhookShape.parse(body);
    return { id, workflow, workspace, secret };
  }

  /** An alert rule of a new workflow. */
  async newAlert(): Promise<string> {
    const rule = {
      kind: 'duration_limit',
      name: 'a',
      config: { limit_ms: 1000 },
      workflow_id: await this.newWorkflow(),
    };
    return this.#create(`/api/v1/workspaces/${World.slug}/alerts`, rule);
  }

  /** An alert rule that fires. */
  async firingAlert(): Promise<string> {
    const workflow = await this.newWorkflow({
      name: 'fails',
      nodes: [{ id: 'fail', type: 'fail', with: { message: 'x' } }],
    });
    const config = { percent: 0, runs: 1, min_runs: 1 };
    const rule = { kind: 'failure_rate', name: 'a', config, workflow_id: workflow };
    const id = await this.#create(`/api/v1/workspaces/${World.slug}/alerts`, rule);
    const isFiring = async (): Promise<boolean> => {
      const { body } = await this.test.call(`/api/v1/workspaces/${World.slug}/alerts/${id}`, {
        headers: World.headers,
      });
      return firingShape.safeParse(body).success;
    };
    await this.#ended(workflow);
    while (!(await isFiring())) await this.#change();
    return id;
  }

  /** A webhook that alerts are told to; the workspace may have so many only, so an earlier one gives way. */
  async newChannel(): Promise<string> {
    const channels = `/api/v1/workspaces/${World.slug}/alert-channels`;
    if (this.#channel !== null)
      await this.test.call(`${channels}/${this.#channel}`, { method: 'DELETE', headers: World.headers });
    this.#channel = await this.#create(channels, { name: 'c', url: 'https://hooks.example.org/x', enabled: false });
    return this.#channel;
  }

  /** A connection to a Temporal server that is not reached from here; the workspace may have so many only, so an earlier one gives way. */
  async newConnection(): Promise<string> {
    const connections = `/api/v1/workspaces/${World.slug}/temporal/connections`;
    if (this.#connection !== null)
      await this.test.call(`${connections}/${this.#connection}`, { method: 'DELETE', headers: World.headers });
    const made = { name: this.unique(), address: '10.0.0.1:7233', enabled: false };
    this.#connection = await this.#create(connections, made);
    return this.#connection;
  }

  /** An execution that has completed. */
  async completed(): Promise<string> {
    return this.#ended(await this.newWorkflow());
  }

  /** An execution that has failed. */
  async failed(): Promise<string> {
    const nodes = [{ id: 'fail', type: 'fail', with: { message: 'as it should' } }];
    return this.#ended(await this.newWorkflow({ name: 'fails', nodes }));
  }

  /** An execution that waits for minutes. */
  async running(): Promise<string> {
    return this.#create(`/api/workflows/${await this.newWorkflow(WAIT)}/execute`, {});
  }

  async post(path: string, json: unknown): Promise<Answer> {
    const answer = await this.test.call(path, { method: 'POST', headers: World.headers, json });
    if (answer.status >= 300) throw new Error(`POST ${path} gave ${answer.status}: ${answer.text}`);
    return answer;
  }

  /** Resolves once something was committed. */
  #change(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.test.server.store.live.listen(() => {
        stop();
        resolve();
      });
    });
  }

  async #ended(workflow: string): Promise<string> {
    const id = await this.#create(`/api/workflows/${workflow}/execute`, {});
    await this.test.server.executions.settled(id);
    return id;
  }

  async #create(path: string, json: unknown): Promise<string> {
    return withId.parse((await this.post(path, json)).body).id;
  }
}
