import type { RouteAccess } from '../access.ts';
import type { App } from '../context.ts';
import type { ApiErrorCode } from '../errors.ts';

/** A header that an answer of success carries. */
export type AnswerHeader = 'Location' | 'ETag' | 'Link' | 'Cache-Control' | 'Content-Disposition';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The errors that this operation can give besides those that any operation of its kind can. */
    errors?: readonly ApiErrorCode[];
    /** Headers of its answers of success, besides those that every answer has. */
    answerHeaders?: readonly AnswerHeader[];
    /** The content types of a body that no schema describes, because it is read as bytes. */
    rawBody?: readonly string[];
    /** Whether its errors are those of OTLP: `google.rpc.Status`, and no 507. */
    isOtlp?: boolean;
  }
}

/** What a route says of itself, besides its schemas, for the description of the API. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** As the document has it: `/api/workflows/{workflow_id}`. */
  readonly path: string;
  readonly access: RouteAccess;
  readonly errors: readonly ApiErrorCode[];
  readonly answerHeaders: readonly AnswerHeader[];
  readonly rawBody: readonly string[] | null;
  /** Whether its errors are those of OTLP. */
  readonly isOtlp: boolean;
  /** Whether it reads a body at all. */
  readonly readsBody: boolean;
  /** Whether a part of a request has a schema that can be broken. */
  readonly isValidated: boolean;
}

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Collects the operations of the routes that are added from now on.
 * @throws {Error} while routes are added: for one that is to be described and has no `operationId` of its own
 */
export function collectOperations(app: App): readonly Operation[] {
  const operations: Operation[] = [];
  const ids = new Set<string>();
  app.addHook('onRoute', ({ url, method, schema, config }) => {
    if (schema === undefined || schema.hide === true) return;
    for (const one of [method].flat()) {
      if (one === 'HEAD') continue;
      const id = schema.operationId;
      if (id === undefined || ids.has(id)) throw new Error(`the route ${one} ${url} has no operationId of its own`);
      ids.add(id);
      operations.push({
        id,
        method: one,
        path: url.replaceAll(/:(\w+)/g, '{$1}'),
        access: config?.access ?? 'public',
        errors: config?.errors ?? [],
        answerHeaders: config?.answerHeaders ?? [],
        rawBody: config?.rawBody ?? null,
        isOtlp: config?.isOtlp ?? false,
        readsBody: WITH_BODY.has(one),
        isValidated: [schema.params, schema.querystring, schema.headers, schema.body].some(
          (part) => part !== undefined,
        ),
      });
    }
  });
  return operations;
}
