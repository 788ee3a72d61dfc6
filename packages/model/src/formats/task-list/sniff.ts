import { valuesOfLine } from '../rows/delimited.ts';
import { plainName } from '../rows/fields.ts';
import { isTaskList } from './columns.ts';

/** Any other kind that is sure of a file comes first. */
const CERTAINTY = 0.35;

/** The names of the fields of the first object in JSON text, at its own level. */
function firstKeys(head: string): readonly string[] {
  const keys: string[] = [];
  let depth = 0;
  let expects = false;
  for (const [token] of head.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g)) {
    if (token === '{') {
      depth++;
      if (depth === 1) expects = true;
    } else if (token === '}') {
      if (depth === 1) return keys;
      depth--;
    } else if (token === ',' && depth === 1) expects = true;
    else if (token === '[' && depth > 0) depth += 100;
    else if (token === ']' && depth >= 100) depth -= 100;
    else if (token.startsWith('"') && depth === 1 && expects) {
      keys.push(token.slice(1, -1));
      expects = false;
    }
  }
  return keys;
}

/** The part of the text that begins with the first record: behind the name of a list in an object. */
function fromFirstRecord(head: string): string {
  if (!head.startsWith('{')) return head;
  const list = /"(?:tasks|steps|jobs|nodes|spans|rows|records|items|data|results)"\s*:\s*\[\s*(?=\{)/.exec(head);
  return list === null ? head : head.slice(list.index + list[0].length);
}

/** How sure it is that a file which begins with this text is a list of tasks with names that are known. */
export function sniffTaskList(head: string): number {
  if ('{[\u001e'.includes(head[0] ?? ' ')) {
    const keys = firstKeys(fromFirstRecord(head));
    return isTaskList(keys.map(plainName)) ? CERTAINTY : 0;
  }
  const [first = ''] = head.split(/[\r\n]/, 1);
  if (first.length > 10_000 || !/[,;\t|]/.test(first)) return 0;
  const names = valuesOfLine(first).map(plainName);
  // What flowprof writes as CSV is a table of spans of all kinds.
  if (names.includes('span_id') && names.includes('depth')) return 0;
  return isTaskList(names) ? CERTAINTY : 0;
}
