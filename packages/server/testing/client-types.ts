import openapiTypescript, { astToString } from 'openapi-typescript';
import { z } from 'zod';

const HEAD =
  '/** The REST API by its description. Made by `npm run client -w flowprof`; not to be changed by hand. */\n\n';

const responses = z.record(z.string(), z.looseObject({}));
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ responses }))),
});

const PROBLEM = {
  description: 'What went wrong',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** All errors have one type, so that it need not be written out for each status of each operation. */
function withOneError(given: z.output<typeof responses>): Record<string, unknown> {
  const answers = Object.entries(given).filter(([status]) => Number(status) < 400);
  const plain = answers.map(([status, response]) => [status, { ...response, headers: undefined }] as const);
  return { ...Object.fromEntries(plain), default: PROBLEM };
}

/** The types of the client, from the description of the API. */
export async function clientTypes(document: string): Promise<string> {
  const { paths, ...rest } = documentSchema.parse(JSON.parse(document));
  const shorter = Object.entries(paths).map(([path, methods]) => {
    const operations = Object.entries(methods).map(
      ([method, operation]) => [method, { ...operation, responses: withOneError(operation.responses) }] as const,
    );
    return [path, Object.fromEntries(operations)] as const;
  });
  const source = JSON.stringify({ ...rest, paths: Object.fromEntries(shorter) });
  return HEAD + astToString(await openapiTypescript(source, { silent: true }));
}
