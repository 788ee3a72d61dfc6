import type { FastifyReply, FastifyRequest } from 'fastify';

/** Lets a client keep an answer and ask whether it still holds; says whether what it has does. */
export function isUnchanged(request: FastifyRequest, reply: FastifyReply, etag: string | null): boolean {
  if (etag === null) return false;
  reply.headers({ etag, 'cache-control': 'private, no-cache', vary: 'accept' });
  return request.headers['if-none-match'] === etag;
}
