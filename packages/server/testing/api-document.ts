import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';

const json = z.looseObject({});
const media = z.looseObject({ schema: json.optional(), example: z.unknown().optional() });
const content = z.record(z.string(), media);
const headers = z.record(z.string(), json);
const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: json,
});
const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(parameter).default([]),
  requestBody: z.looseObject({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string(), headers, content: content.optional() })),
});
const documentShape = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), json) }),
});

export type Parameter = z.output<typeof parameter>;

/** An operation of the document, with its method and path. */
export interface DescribedOperation extends z.output<typeof operation> {
  readonly method: string;
  readonly path: string;
}

/** The description of the API as tests read it, with validators for its schemas. */
export class ApiDocument {
  readonly operations: readonly DescribedOperation[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #components: unknown;

  constructor(body: unknown) {
    const document = documentShape.parse(body);
    addFormats.default(this.#ajv);
    this.#ajv.addFormat('binary', true);
    this.#components = document.components;
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => ({ ...one, path, method: method.toUpperCase() })),
    );
  }

  /** What is wrong with a value by a schema of the document; null when nothing is. */
  faultsOf(schema: object, value: unknown): string | null {
    const key = JSON.stringify(schema);
    const validate =
      this.#compiled.get(key) ??
      this.#ajv.compile({ ...schema, components: this.#components, $id: `s${this.#compiled.size}` });
    this.#compiled.set(key, validate);
    return validate(value) ? null : this.#ajv.errorsText(validate.errors);
  }
}
