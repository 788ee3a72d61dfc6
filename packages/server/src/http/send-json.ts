import type { FastifyReply } from 'fastify';

/** The same bytes, not a copy. */
export function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Sends JSON that is made already. */
export function sendJson(reply: FastifyReply, json: Uint8Array): void {
  void reply.type('application/json; charset=utf-8').send(bufferOf(json));
}
