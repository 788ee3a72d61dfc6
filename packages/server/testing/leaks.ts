import { request as httpRequest } from 'node:http';
import type { InjectOptions } from 'fastify';
import { z } from 'zod';
import type { GuardedRoute } from '../src/http/access.ts';
import { EXAMPLES } from '../src/http/openapi/examples.ts';
import type { RunningServer } from '../src/http/server.ts';
import { appRouter } from '../src/http/trpc/router.ts';

/** A workspace with something of every kind in it, all of it marked with the workspace's canary. */
export interface Planted {
  readonly index: number;
  readonly slug: string;
  /** An API key that may do everything there. */
  readonly key: string;
  readonly ids: Ids;
}

/** What a request can name, by what it is. */
export interface Ids {
  readonly workspace: string;
  readonly workflow: string;
  readonly execution: string;
  readonly project: string;
  readonly key: string;
  readonly member: string;
  readonly trigger: string;
  readonly upload: string;
  readonly baseline: string;
  readonly note: string;
  readonly alert: string;
  readonly channel: string;
  readonly connection: string;
  /** A place in a list. */
  readonly cursor: string;
}

const CANARY = /canary-(\d+)-/g;
const NOWHERE = '01890000-0000-7000-8000-00000000dead';

/** Ids of the same form as those of others that nobody has. */
const MISSING: Ids = {
  workspace: NOWHERE,
  workflow: NOWHERE,
  execution: NOWHERE,
  project: NOWHERE,
  key: NOWHERE,
  member: NOWHERE,
  trigger: NOWHERE,
  upload: NOWHERE,
  baseline: NOWHERE,
  note: NOWHERE,
  alert: NOWHERE,
  channel: NOWHERE,
  connection: NOWHERE,
  cursor: Buffer.from(`1700000000000000 ${NOWHERE}`).toString('base64url'),
};
const MISSING_SLUG = 'no-such-workspace';

/** What a parameter of a path, query or body stands for; `null` for what is no id. */
const MEANING: Readonly<Record<string, keyof Ids | null>> = {
  workspace: 'workspace',
  workspace_id: 'workspace',
  workflow_id: 'workflow',
  workflowId: 'workflow',
  workflow: 'workflow',
  execution: 'execution',
  execution_id: 'execution',
  executionId: 'execution',
  // What an execution is compared with.
  base: 'execution',
  project_id: 'project',
  projectId: 'project',
  key: 'key',
  actor: 'key',
  member: 'member',
  trigger_id: 'trigger',
  upload: 'upload',
  baseline: 'baseline',
  note: 'note',
  before: 'execution',
  alert: 'alert',
  alert_id: 'alert',
  channel: 'channel',
  connection: 'connection',
  channel_ids: null,
  fire_after: null,
  resolve_after: null,
  // An upload that nobody has begun.
  fingerprint: null,
  cursor: 'cursor',
  // The id that another system has for an execution.
  external_id: null,
  version: null,
  step_id: null,
  // A text of a note, which names nothing.
  span_id: null,
  '*': null,
};
/** What stands in a path for a parameter that is no id. */
const PLAIN = '1';

const OWN = 'own';
/** How a request names the workspace that is not the caller's, or its own. */
const NAMINGS = [OWN, 'id', 'UPPER', 'slug', 'header-id', 'header-slug', 'both'] as const;
type Naming = (typeof NAMINGS)[number];

/** A request as it is made for some ids. */
interface Attempt {
  readonly name: string;
  readonly of: (target: Ids, slug: string, own: Planted) => InjectOptions;
}

export interface Hunt {
  readonly calls: number;
  /** What was answered of another workspace, or otherwise than of one that does not exist. */
  readonly leaks: readonly string[];
  /** What a workspace was not shown of its own. */
  readonly blind: readonly string[];
}

/** @throws {Error} for a parameter that this test does not know, so that no new route goes untested */
function meaningOf(name: string, route: string): keyof Ids | null {
  const meaning = MEANING[name];
  if (meaning === undefined)
    throw new Error(`${route}: say in testing/leaks.ts what the parameter "${name}" stands for`);
  return meaning;
}

/** The names of ids in a schema of a query or body. */
function idsIn(schema: unknown, route: string): NamedIds {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.keys(schema.shape).flatMap((name) => {
    const isId = Object.hasOwn(MEANING, name) || /_ids?$|Id$|cursor|after|before/.test(name);
    const meaning = isId ? meaningOf(name, route) : null;
    return meaning === null ? [] : [[name, meaning] as const];
  });
}

/** The names of ids that a query must have. */
function requiredIn(schema: unknown, route: string): NamedIds {
  if (!(schema instanceof z.ZodObject)) return [];
  const missing = new Set(schema.safeParse({}).error?.issues.map(({ path: [name] }) => name));
  return idsIn(schema, route).filter(([name]) => missing.has(name));
}

function paramsOf(url: string): readonly string[] {
  return [...url.matchAll(/:(\w+)|\*/g)].map(([whole, name]) => name ?? whole);
}

function pathOf(url: string, values: (name: string) => string): string {
  return url.replaceAll(/:(\w+)|\*/g, (whole, name: string | undefined) => encodeURIComponent(values(name ?? whole)));
}

function exampleOf({ schema }: GuardedRoute): object {
  const request: unknown = EXAMPLES[schema.operationId ?? '']?.request ?? {};
  return typeof request === 'object' && request !== null ? request : {};
}

/** The headers and the path segment by which a request names a workspace. */
function naming(
  kind: Naming,
  target: Ids,
  slug: string,
  own: Planted,
): { path: string; headers: Record<string, string> } {
  switch (kind) {
    case OWN:
      return { path: own.ids.workspace, headers: {} };
    case 'id':
      return { path: target.workspace, headers: { 'x-workspace-id': target.workspace } };
    case 'UPPER':
      return { path: target.workspace.toUpperCase(), headers: { 'x-workspace-id': target.workspace.toUpperCase() } };
    case 'slug':
      return { path: slug, headers: { 'x-workspace-slug': slug } };
    case 'header-id':
      return { path: own.ids.workspace, headers: { 'x-workspace-id': target.workspace } };
    case 'header-slug':
      return { path: own.ids.workspace, headers: { 'x-workspace-slug': slug } };
    case 'both':
      return { path: target.workspace, headers: { 'x-workspace-id': own.ids.workspace } };
    default:
      return kind satisfies never;
  }
}

type NamedIds = readonly (readonly [string, keyof Ids])[];

function pick(ids: NamedIds, target: Ids): Record<string, string> {
  return Object.fromEntries(ids.map(([name, meaning]) => [name, target[meaning]]));
}

/** Every way to ask a route for what is another's. */
function attemptsOn(route: GuardedRoute): readonly Attempt[] {
  const { method, url, schema } = route;
  // What sends requests without a socket knows no TRACE, which every route refuses as it does OPTIONS.
  if (method === 'TRACE') return [];
  const label = `${method} ${url}`;
  const params = paramsOf(url);
  // A route that asks nobody who they are may name whatever it likes, unless that is known.
  if (route.access !== 'public') for (const name of params) meaningOf(name, label);
  const [inQuery, inBody] = [idsIn(schema.querystring, label), idsIn(schema.body, label)];
  const namesOthers = params.some((name) => name !== 'workspace' && (MEANING[name] ?? null) !== null);
  const hasBody = method !== 'GET' && method !== 'HEAD' && method !== 'DELETE';
  return NAMINGS.flatMap((kind) => {
    // A route that asks nobody who they are, as those that lack the method, reads none of the names.
    if (route.access === 'public' && kind !== 'id') return [];
    // In one's own workspace only what names a thing of another is foreign.
    if (kind === OWN && !namesOthers && inQuery.length === 0 && inBody.length === 0) return [];
    // Where the path does not name it, the header alone would name one's own.
    if (kind === 'both' && !params.includes('workspace')) return [];
    const of = (target: Ids, slug: string, own: Planted): InjectOptions => {
      const { path, headers } = naming(kind, target, slug, own);
      const valueOf = (name: string): string => {
        if (name === 'workspace') return path;
        const meaning = MEANING[name] ?? null;
        return meaning === null ? PLAIN : target[meaning];
      };
      return {
        method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).parse(method),
        url: pathOf(url, valueOf),
        query: pick(inQuery, target),
        headers,
        ...(hasBody && { payload: { ...exampleOf(route), ...pick(inBody, target) } }),
      };
    };
    return [{ name: `${label} (${kind})`, of }];
  });
}

const procedureShape = z.object({ type: z.enum(['query', 'mutation']), inputs: z.array(z.unknown()) });

const routerShape = z.looseObject({ procedures: z.record(z.string(), z.unknown()) });

/** What tRPC keeps of a router or procedure. */
function definitionOf(thing: unknown): unknown {
  const isThing = typeof thing === 'function' || (typeof thing === 'object' && thing !== null);
  const definition: unknown = isThing ? Reflect.get(thing, '_def') : null;
  return definition;
}

/** Every way to ask a procedure of tRPC for what is another's, all ids in its input. */
function attemptsOnProcedures(): readonly Attempt[] {
  const { procedures } = routerShape.parse(definitionOf(appRouter));
  return Object.entries(procedures).flatMap(([name, procedure]) => {
    const { type, inputs } = procedureShape.parse(definitionOf(procedure));
    const label = `tRPC ${name}`;
    const ids = idsIn(inputs[0], label);
    return NAMINGS.filter((kind) => kind !== 'both').map((kind) => ({
      name: `${label} (${kind})`,
      of: (target: Ids, slug: string, own: Planted): InjectOptions => {
        const { headers } = naming(kind, target, slug, own);
        const input = Object.fromEntries(ids.map(([field, meaning]) => [field, target[meaning]]));
        const url = `/trpc/${name}`;
        return type === 'query'
          ? { method: 'GET', url, query: { input: JSON.stringify(input) }, headers }
          : { method: 'POST', url, payload: input, headers };
      },
    }));
  });
}

/** An answer without what differs between any two. */
function comparable(status: number, headers: Readonly<Record<string, unknown>>, body: string): string {
  const { date, 'x-request-id': id, ...rest } = headers;
  void date;
  const text = body.replaceAll(String(id), '');
  return `${status} ${JSON.stringify({ ...rest, 'content-length': null })} ${text}`;
}

/** Asks for a WebSocket, and says what was answered; a socket that was opened is ended at once. */
async function upgrade(url: string, key: string): Promise<string> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    authorization: `Bearer ${key}`,
  };
  return new Promise((resolve, reject) => {
    const asked = httpRequest(url, { headers });
    asked.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve('opened');
    });
    asked.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const id = /"instance":"[^"]*"/;
        resolve(`${response.statusCode} ${Buffer.concat(parts).toString('utf8').replace(id, '')}`);
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** The sockets by which a workflow and a step of it are watched. */
function socketPaths({ workflow }: Ids, workspace: string | null): readonly string[] {
  const query = workspace === null ? '' : `?workspace=${workspace}`;
  return [`/ws/workflows/${workflow}${query}`, `/ws/workflows/${workflow}/step/say${query}`];
}

/** Asks, with the key of each workspace, for the sockets of the next one. */
export async function huntBySocket(
  { url }: RunningServer,
  planted: readonly Planted[],
): Promise<{ readonly calls: number; readonly leaks: readonly string[] }> {
  const leaks: string[] = [];
  let calls = 0;
  for (const [i, own] of planted.entries()) {
    const victim = planted[(i + 1) % planted.length] ?? own;
    const foreign = [null, victim.ids.workspace, victim.slug].flatMap((name) => socketPaths(victim.ids, name));
    const missing = [null, NOWHERE, MISSING_SLUG].flatMap((name) => socketPaths(MISSING, name));
    for (const [at, path] of foreign.entries()) {
      const answer = await upgrade(url + path, own.key);
      calls++;
      if (answer !== (await upgrade(`${url}${missing[at] ?? ''}`, own.key))) leaks.push(`${path}: ${answer}`);
      if (!answer.startsWith('404 ')) leaks.push(`${path}: ${answer}`);
    }
    const [ownSocket] = socketPaths(own.ids, null);
    if ((await upgrade(`${url}${ownSocket ?? ''}`, own.key)) !== 'opened') leaks.push(`${ownSocket}: not opened`);
  }
  return { calls, leaks };
}

/** Looks, with the key of each workspace, for what is another's, by every route and procedure of a server. */
export class LeakHunt {
  readonly #server: RunningServer;
  readonly #planted: readonly Planted[];
  readonly #attempts: readonly Attempt[];
  readonly #reads: readonly GuardedRoute[];
  readonly #leaks: string[] = [];
  readonly #blind: string[] = [];
  #calls = 0;

  constructor(server: RunningServer, planted: readonly Planted[]) {
    this.#server = server;
    this.#planted = planted;
    const { guardedRoutes: routes } = server.app;
    this.#attempts = [...routes.flatMap(attemptsOn), ...attemptsOnProcedures()];
    this.#reads = routes.filter(({ method, access }) => method === 'GET' && access !== 'public');
  }

  /** Goes on until so many calls were made, and each workspace has been asked for by another. */
  async run(leastCalls: number): Promise<Hunt> {
    for (const own of this.#planted) await this.#seeOwn(own);
    // What is answered of workspaces that do not exist is the same for all who ask.
    const missing = new Map<string, string>();
    const [first] = this.#planted;
    if (first) {
      await this.#each(
        (attempt) => this.#askFor(attempt, first, MISSING, MISSING_SLUG),
        (attempt, answer) => missing.set(attempt.name, answer),
      );
    }
    for (let step = 1; step < this.#planted.length && (step === 1 || this.#calls < leastCalls); step++) {
      for (const [i, own] of this.#planted.entries()) {
        if (step > 1 && this.#calls >= leastCalls) break;
        const victim = this.#planted[(i + step) % this.#planted.length] ?? own;
        await this.#each(
          (attempt) => this.#askFor(attempt, own, victim.ids, victim.slug),
          (attempt, answer) => {
            const expected = missing.get(attempt.name);
            if (answer !== expected)
              this.#leaks.push(`${attempt.name}: ${answer.slice(0, 300)} but ${expected?.slice(0, 300)}`);
          },
        );
      }
    }
    return { calls: this.#calls, leaks: this.#leaks, blind: this.#blind };
  }

  /** All attempts, eight at a time. */
  async #each(
    ask: (attempt: Attempt) => Promise<string>,
    told: (attempt: Attempt, answer: string) => unknown,
  ): Promise<void> {
    const waiting = [...this.#attempts];
    const work = async (): Promise<void> => {
      for (let attempt = waiting.pop(); attempt; attempt = waiting.pop()) told(attempt, await ask(attempt));
    };
    await Promise.all(Array.from({ length: 8 }, work));
  }

  async #askFor(attempt: Attempt, own: Planted, target: Ids, slug: string): Promise<string> {
    const answer = await this.#send(own, attempt.of(target, slug, own), attempt.name);
    // What may be said of a list of one's own differs from call to call; that it holds nothing of others does not.
    return attempt.name.startsWith('GET') && answer.status === 200 ? '200' : answer.text;
  }

  async #send(
    own: Planted,
    options: InjectOptions,
    name: string,
  ): Promise<{ status: number; text: string; body: string }> {
    const headers = { authorization: `Bearer ${own.key}`, ...options.headers };
    const { statusCode, headers: answered, body } = await this.#server.app.inject({ ...options, headers });
    this.#calls++;
    for (const [, index] of body.matchAll(CANARY)) {
      if (Number(index) !== own.index) this.#leaks.push(`${name} showed workspace ${own.index} the canary of ${index}`);
    }
    return { status: statusCode, text: comparable(statusCode, answered, body), body };
  }

  /** Every read of what is one's own must be answered, else a test that finds nothing proves nothing. */
  async #seeOwn(own: Planted): Promise<void> {
    for (const { url, schema } of this.#reads) {
      // Those are procedures, files and sockets.
      if (url.includes('*') || url.startsWith('/ws/')) continue;
      const meaning = (name: string): string => {
        const id = MEANING[name] ?? null;
        return id === null ? PLAIN : own.ids[id];
      };
      const query = pick(requiredIn(schema.querystring, url), own.ids);
      const { status } = await this.#send(own, { method: 'GET', url: pathOf(url, meaning), query }, `GET ${url}`);
      if (status !== 200) this.#blind.push(`GET ${url}: ${status}`);
    }
  }
}
