import { z } from 'zod';
import { existingId, found, type App, type AppContext } from '../context.ts';
import { ApiError, notFound } from '../errors.ts';
import { memberShape, role, toMember } from '../shapes/access.ts';
import { displayName, pageOf, pageQuery, problemResponses } from '../shapes/common.ts';

const MEMBERS = '/api/v1/workspaces/:workspace/members';
const tags = ['access'];
const params = z.strictObject({ workspace: z.string() });
const memberParams = params.extend({ member: z.string() });

const newMember = z.strictObject({
  subject: z.string().min(1).max(500).describe('The `sub` of their tokens'),
  issuer: z.url().max(500).optional().describe('The `iss` of their tokens; that of the server when absent'),
  email: z.string().max(320).nullish().describe('For people to read'),
  name: displayName.nullish().describe('For people to read'),
  role,
});

/** @throws {ApiError} `validation_failed` when neither the request nor the server names an identity provider */
function issuerOf(given: string | undefined, own: string | null): string {
  const issuer = given ?? own;
  if (issuer !== null) return issuer;
  const fault = { pointer: '/issuer', code: 'invalid_type', detail: 'expected string; the server has no provider' };
  throw new ApiError('validation_failed', '1 field is invalid.', { errors: [fault] });
}

/** Who has a role in a workspace, of those whom the identity provider vouches for. */
export function memberRoutes(app: App, context: AppContext): void {
  directoryRoutes(app, context);
  singleRoutes(app, context);
}

function directoryRoutes(app: App, { tenantOf, access }: AppContext): void {
  app.get(
    MEMBERS,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'listMembers',
        summary: 'List the members of a workspace, the oldest first',
        params,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(memberShape), ...problemResponses },
      },
    },
    async (request) => {
      const page = await (await tenantOf(request)).access.listMembers(request.query);
      return { ...page, items: page.items.map(toMember) };
    },
  );

  app.post(
    MEMBERS,
    {
      config: { access: 'admin', errors: ['already_exists'] },
      schema: {
        tags,
        operationId: 'addMember',
        summary: 'Give someone a role in a workspace',
        params,
        body: newMember,
        response: { 201: memberShape, ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      const { subject, issuer, email = null, name = null, role: given } = request.body;
      const identity = { issuer: issuerOf(issuer, access.issuer), subject };
      const member = await tenant.access.addMember({ ...identity, email, name, role: given });
      access.forget();
      return reply.code(201).send(toMember(member));
    },
  );
}

function singleRoutes(app: App, { tenantOf, access }: AppContext): void {
  app.put(
    `${MEMBERS}/:member`,
    {
      config: { access: 'admin', errors: ['last_admin'] },
      schema: {
        tags,
        operationId: 'setMemberRole',
        summary: 'Give a member another role; the last admin stays one',
        params: memberParams,
        body: z.strictObject({ role }),
        response: { 200: memberShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { member } = request.params;
      const changed = found(await tenant.access.setMemberRole(existingId(member), request.body.role));
      access.forget();
      return toMember(changed);
    },
  );

  app.delete(
    `${MEMBERS}/:member`,
    {
      config: { access: 'admin', errors: ['last_admin'] },
      schema: {
        tags,
        operationId: 'removeMember',
        summary: 'Take a member out of a workspace; the last admin stays',
        params: memberParams,
        response: { 204: z.undefined().describe('No longer a member'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const tenant = await tenantOf(request);
      if (!(await tenant.access.deleteMember(existingId(request.params.member)))) throw notFound();
      access.forget();
      return reply.code(204).send();
    },
  );
}
