import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWebApp } from './web-app.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'flowprof-web-'));
  await mkdir(join(root, 'public', 'assets'), { recursive: true });
  await writeFile(join(root, 'secret.txt'), 'secret');
  await writeFile(join(root, 'public', 'index.html'), '<!doctype html><title>app</title>');
  await writeFile(join(root, 'public', 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(root, 'public', 'assets', 'index-4f2a.js'), 'export {};');
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function get(path: string, method: 'GET' | 'POST' = 'GET', accept = '*/*') {
  const app = Fastify().withTypeProvider<ZodTypeProvider>();
  app.setErrorHandler(async (error, _, reply) =>
    reply.code(error instanceof Error && 'code' in error ? 404 : 500).send(),
  );
  await serveWebApp(app, join(root, 'public'));
  const { statusCode, headers, body } = await app.inject({ method, url: path, headers: { accept } });
  await app.close();
  return { statusCode, type: headers['content-type'], cache: headers['cache-control'], body };
}

describe('the web app', () => {
  it.each(['/', '/?q=1', '/w/shop', '/executions/1/flame', '/workflows'])('has its page at %s', async (path) => {
    const answer = await get(path);
    expect(answer).toMatchObject({ statusCode: 200, type: 'text/html; charset=utf-8', cache: 'no-cache' });
    expect(answer.body).toContain('<title>app</title>');
  });

  it('keeps its assets for ever, and the files beside the page not', async () => {
    expect(await get('/assets/index-4f2a.js')).toMatchObject({
      statusCode: 200,
      type: expect.stringContaining('javascript'),
      cache: 'public, max-age=31536000, immutable',
    });
    expect(await get('/favicon.svg')).toMatchObject({ statusCode: 200, type: 'image/svg+xml', cache: 'no-cache' });
  });

  it.each([
    '/assets/gone.js',
    '/assets/',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%5c..%5csecret.txt',
    '/..%2fsecret.txt',
    '/secret.txt',
    '/assets/%00',
    '/api/nothing',
    '/wp-admin',
  ])('has nothing at %s', async (path) => {
    const answer = await get(path);
    expect(answer.statusCode).toBe(404);
    expect(answer.body).not.toContain('secret');
  });

  it('says to a person that there is nothing, and to a program', async () => {
    const page = await get('/nothing/here', 'GET', 'text/html,*/*;q=0.8');
    expect(page).toMatchObject({ statusCode: 404, type: 'text/html; charset=utf-8' });
    expect(page.body).toContain('<title>app</title>');
    for (const path of ['/api/nothing', '/assets/gone.js', '/ws/nothing']) {
      expect((await get(path, 'GET', 'text/html')).body, path).not.toContain('<title>');
    }
    expect((await get('/nothing/here')).body).not.toContain('<title>');
  });

  it('has no page for what is sent to it', async () => {
    expect((await get('/w/shop', 'POST')).statusCode).toBe(404);
  });
});
