import { Validator } from '@seriousme/openapi-schema-validator';
import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiDocument } from '../../testing/api-document.ts';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { describeApi } from './openapi.ts';
import { EXAMPLES } from './openapi/examples.ts';

let test: TestServer;
let document: ApiDocument;

beforeAll(async () => {
  test = await startTestServer();
  document = new ApiDocument((await test.call('/api/openapi.json')).body);
});

afterAll(() => test.close());

describe('the reference page', () => {
  it('is made of files of this server, without any script of its own inside', async () => {
    const { status, text, headers } = await test.call('/docs');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(text).not.toMatch(/<script>|<style>|style=|onload|https?:/);
    for (const [, path = ''] of text.matchAll(/(?:src|href)="(\/docs[^"]*)"/g)) {
      const file = await test.call(path);
      expect([path, file.status]).toEqual([path, 200]);
      expect(file.headers.get('content-encoding')).toBe(file.text.length > 1400 ? 'gzip' : null);
    }
  });

  it('has no other files', async () => {
    for (const path of ['/docs/package.json', '/docs/..%2Fpackage.json', '/docs/__proto__', '/docs/swagger-ui.js']) {
      expect((await test.call(path)).body).toMatchObject({ code: 'unknown_route' });
    }
  });
});

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { body, headers } = await test.call('/api/openapi.json');
    expect(headers.get('content-encoding')).toBe('gzip');
    const result = await new Validator().validate(z.record(z.string(), z.unknown()).parse(structuredClone(body)));
    expect(result).toMatchObject({ valid: true });
    expect(body).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
  });

  it('is not sent again to who has it', async () => {
    const etag = (await test.call('/api/openapi.json')).headers.get('etag') ?? '';
    const again = await test.call('/api/openapi.json', { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('says of every operation who may call it, what each parameter means, and every error by its code', () => {
    for (const operation of document.operations) {
      const { operationId, parameters, responses } = operation;
      for (const { name, description } of parameters) expect(description, `${operationId} ${name}`).toBeTruthy();
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['400', '403', '500']));
      expect(Object.keys(responses).filter((status) => !/^\d{3}$/.test(status))).toEqual([]);
      const problems = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      for (const [status, { content }] of problems) {
        if (operationId.startsWith('exportSpans') && status !== '400') {
          expect(content?.['application/json']?.schema).toEqual({ $ref: '#/components/schemas/RpcStatus' });
          continue;
        }
        expect(content?.['application/problem+json']?.schema).toMatchObject({
          properties: {
            code: { enum: expect.arrayContaining([expect.any(String)]) },
            status: { const: Number(status) },
          },
        });
      }
    }
  });

  it('has examples that are as its schemas say', () => {
    const seen = new Set<string>();
    for (const { operationId, requestBody, responses } of document.operations) {
      const bodies = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)];
      for (const { schema, example } of bodies.flatMap((content) => Object.values(content ?? {}))) {
        if (schema === undefined || example === undefined) continue;
        seen.add(operationId);
        expect(document.faultsOf(schema, example), operationId).toBeNull();
      }
    }
    expect([...seen].sort()).toEqual(Object.keys(EXAMPLES).sort());
  });

  it('refuses a route without an operationId, and a second one with the same', async () => {
    const app = Fastify().withTypeProvider<ZodTypeProvider>();
    await describeApi(app);
    expect(() => app.get('/a', { schema: { summary: 'A' } }, () => null)).toThrow('operationId');
    app.get('/b', { schema: { summary: 'B', operationId: 'getB' } }, () => null);
    expect(() => app.get('/c', { schema: { summary: 'C', operationId: 'getB' } }, () => null)).toThrow('operationId');
    await app.close();
  });
});
