import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { TraceFileError } from '../errors.ts';
import { gunzip } from '../gunzip.ts';
import { fieldOf, jsonDocuments, objectIn, objectsIn, objectsOf, textIn } from '../loose.ts';
import { parseJson } from '../json-reader.ts';
import { bytesOfBase64, textOf } from '../web.ts';

/** YAML is read at a few megabytes a second, and takes many times its size while it is. */
const MOST_YAML_BYTES = 64 * 1024 * 1024;

/** What the packed nodes of a workflow may unpack to. */
const MOST_NODES_BYTES = 256 * 1024 * 1024;

/** Documents of one file stand below lines of dashes. */
const BETWEEN_DOCUMENTS = /^---(?:[ \t].*)?\r?$/m;

/** Each alias has the parser look through all that is before it. Nobody who writes workflows down uses many. */
const MOST_ALIASES = 1000;

const OPTIONS = { schema: 'core', logLevel: 'error', uniqueKeys: false, maxAliasCount: 100 } as const;

/**
 * The parser gives `any`; with the core schema it makes nothing but what JSON has. It is loaded when it is needed, for it is
 * a third of what the program loads otherwise.
 */
async function yamlParser(): Promise<(text: string) => JsonValue> {
  const { parseDocument, visit } = await import('yaml');
  return (text) => {
    const document = parseDocument(text, OPTIONS);
    const [error] = document.errors;
    if (error !== undefined) throw error;
    let aliases = 0;
    visit(document, {
      Alias: () => {
        aliases++;
        return aliases > MOST_ALIASES ? visit.BREAK : undefined;
      },
    });
    if (aliases > MOST_ALIASES) throw new Error(`more than ${MOST_ALIASES} aliases`);
    const toJson: (options: { readonly maxAliasCount: number }) => JsonValue = document.toJS.bind(document);
    return toJson({ maxAliasCount: OPTIONS.maxAliasCount });
  };
}

async function yamlDocuments(bytes: Uint8Array): Promise<JsonValue[]> {
  if (bytes.byteLength > MOST_YAML_BYTES) {
    const limit = `YAML is read up to ${MOST_YAML_BYTES} bytes; larger ones can be had as JSON (-o json)`;
    throw new TraceFileError('too_large', limit);
  }
  const parseYaml = await yamlParser();
  const parts = textOf(bytes).split(BETWEEN_DOCUMENTS);
  return parts
    .filter((part) => part.trim() !== '')
    .map((part) => {
      try {
        return parseYaml(part);
      } catch (error) {
        // Its own errors, too many aliases, and the stack of what is nested without end.
        const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 200) : 'not YAML';
        throw new TraceFileError('malformed', `not valid YAML: ${reason}`);
      }
    });
}

function isWorkflow(object: JsonObject): boolean {
  const kind = textIn(object, 'kind');
  if (kind !== null && kind !== 'Workflow') return false;
  const status = objectIn(object, 'status');
  if (status === null) return kind === 'Workflow';
  return (
    kind === 'Workflow' ||
    ['nodes', 'compressedNodes', 'offloadNodeStatusVersion', 'phase'].some((name) => Object.hasOwn(status, name))
  );
}

/** What is inside a list, an event of a watch or a row of an archive. */
function opened(object: JsonObject): readonly JsonObject[] {
  if (isWorkflow(object)) return [object];
  const items = objectsIn(object, 'items', 'workflows');
  if (items.length > 0) return items;
  const inner = objectIn(object, 'workflow', 'object', 'result', 'data');
  if (inner !== null) return inEvent(inner);
  const packed = fieldOf(object, 'workflow');
  const parsed = typeof packed === 'string' ? parseJson(packed) : null;
  return isJsonObject(parsed) ? [parsed] : [object];
}

/** An event of the server has its object two levels down. */
function inEvent(object: JsonObject): readonly JsonObject[] {
  const items = objectsIn(object, 'items');
  if (items.length > 0) return items;
  return [isWorkflow(object) ? object : (objectIn(object, 'object', 'workflow') ?? object)];
}

/** The workflows of a file, each once: of several states of one (a watch) the last. */
export async function workflowsIn(bytes: Uint8Array): Promise<JsonObject[]> {
  const isJson = /^\s*[{[]/.test(textOf(bytes.subarray(0, 4096)));
  const objects = objectsOf(isJson ? jsonDocuments(bytes) : await yamlDocuments(bytes)).flatMap(opened);
  const found = new Map<string, JsonObject>();
  const others = new Set<string>();
  for (const [position, object] of objects.entries()) {
    if (!isWorkflow(object)) {
      others.add(textIn(object, 'kind') ?? 'something else');
      continue;
    }
    const metadata = objectIn(object, 'metadata') ?? {};
    const id = textIn(metadata, 'uid') ?? `#${position}`;
    found.delete(id);
    found.set(id, object);
  }
  if (found.size > 0) return [...found.values()];
  const what = others.size === 0 ? 'nothing' : [...others].slice(0, 3).join(', ').replace(/\s+/g, ' ').slice(0, 100);
  throw new TraceFileError('malformed', `there is no Argo workflow in the file, but ${what}`);
}

/** The nodes of a workflow, by their ids; those of large workflows are packed in the status. */
export async function nodesOf(status: JsonObject): Promise<JsonObject> {
  const plain = objectIn(status, 'nodes');
  const packed = textIn(status, 'compressedNodes') === null ? undefined : fieldOf(status, 'compressedNodes');
  if (plain !== null || typeof packed !== 'string') return plain ?? {};
  const bytes = bytesOfBase64(packed);
  if (bytes === null) throw new TraceFileError('malformed', '/status/compressedNodes is not base64');
  const nodes = parseJson(textOf(await gunzip(bytes, MOST_NODES_BYTES)));
  return isJsonObject(nodes) ? nodes : {};
}
