import { createRedactor, secretTexts } from '@flowprof/conductor';
import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';

/** What stands in the place of a secret that is not kept. */
const STRUCK_OUT = '[redacted]';

/** The input of an execution in its three forms. */
export interface PreparedInput {
  /** As it was given. */
  readonly whole: JsonObject;
  /** Without what the workflow declares to be secret; kept sealed. */
  readonly sealed: JsonObject;
  /** With everything struck out that is or looks like a secret; what is stored and shown. */
  readonly shown: JsonObject;
}

function isSecret(name: string, secretInputs: readonly string[], value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && secretInputs.includes(name);
}

/** Takes the secrets out of an input. */
export function prepareInput(whole: JsonObject, secretInputs: readonly string[]): PreparedInput {
  const secrets = Object.entries(whole).filter(([name, value]) => isSecret(name, secretInputs, value));
  const redactor = createRedactor(secrets.flatMap(([, value]) => secretTexts(value)));
  const struckOut = secrets.map(([name]) => [name, STRUCK_OUT] as const);
  const sealed = { ...whole, ...Object.fromEntries(struckOut) };
  const shown = redactor.json(sealed);
  return { whole, sealed, shown: isJsonObject(shown) ? shown : {} };
}

/** The secret inputs that were given when the execution started and are not kept. */
export function missingSecrets(kept: JsonObject, given: JsonObject, secretInputs: readonly string[]): string[] {
  return secretInputs.filter((name) => kept[name] === STRUCK_OUT && !Object.hasOwn(given, name));
}

/** Whether a value of an input that was kept has been struck out; where `anywhere`, also a part of it. */
export function isStruckOut(value: JsonValue, anywhere: boolean): boolean {
  return value === STRUCK_OUT || (anywhere && JSON.stringify(value).includes(STRUCK_OUT));
}

/** Where an input stands in the body of a request, as a JSON pointer. */
export function pointerToInput(name: string): string {
  return `/input_variables/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Whether what is shown of an input is less than what was given. */
export function isCut({ sealed, shown }: PreparedInput): boolean {
  return JSON.stringify(sealed) !== JSON.stringify(shown);
}
