import { formatDuration } from '@flowprof/flame';
import { SEVERITIES, type Alert, type Kind, type Severity } from './types.ts';

/** A field of a kind of rule. */
export interface KindField {
  readonly name:
    | 'limit_s'
    | 'percent'
    | 'runs'
    | 'min_runs'
    | 'more_than'
    | 'risk_percent'
    | 'limit'
    | 'node'
    | 'prices'
    | 'baseline_id'
    | 'sustained';
  readonly label: string;
  readonly help: string | null;
  /** Null where it may be left empty. */
  readonly initial: string | null;
}

interface KindOfRule {
  readonly label: string;
  readonly fields: readonly KindField[];
}

const NODE: KindField = {
  name: 'node',
  label: 'Node',
  help: 'Its key in the workflow; empty for the whole run',
  initial: null,
};

/** The names of fields that hold a number. */
type NumberName = Exclude<KindField['name'], 'node' | 'prices' | 'sustained' | 'baseline_id'>;

/** What there is to fill in for each kind of rule. */
export const KINDS_OF_RULES: Readonly<Record<Kind, KindOfRule>> = {
  duration_limit: {
    label: 'Takes longer than a limit',
    fields: [{ name: 'limit_s', label: 'Limit in seconds', help: null, initial: '60' }, NODE],
  },
  slower_than_usual: {
    label: 'Is slower than usual',
    fields: [
      { name: 'percent', label: 'Percent slower', help: 'Than the median of the runs before', initial: '20' },
      { name: 'runs', label: 'Runs before', help: 'Completed runs that say what is usual, 5 to 100', initial: '20' },
      { name: 'baseline_id', label: 'Compared with', help: null, initial: null },
      {
        name: 'sustained',
        label: 'Only when it stays slower',
        help: 'One slow run is nothing: the last ones together must be slower, beyond chance',
        initial: null,
      },
      NODE,
    ],
  },
  failure_rate: {
    label: 'Fails too often',
    fields: [
      {
        name: 'percent',
        label: 'Percent of failed runs',
        help: 'More than this fires; 0 is any failure',
        initial: '10',
      },
      { name: 'runs', label: 'Of the last runs', help: null, initial: '20' },
      { name: 'min_runs', label: 'At least runs', help: 'With fewer nothing is said', initial: '5' },
    ],
  },
  unexpected_retries: {
    label: 'Retries unexpectedly',
    fields: [
      {
        name: 'more_than',
        label: 'More nodes than',
        help: 'That retried or failed as no policy foresees',
        initial: '0',
      },
      NODE,
    ],
  },
  deadline: {
    label: 'Is not done in time',
    fields: [
      { name: 'limit_s', label: 'Seconds after its start', help: 'Told while the run goes on', initial: '300' },
      {
        name: 'risk_percent',
        label: 'Or at a risk of percent',
        help: 'As soon as it is so likely to be late, by its history; empty waits until it is',
        initial: null,
      },
    ],
  },
  cost: {
    label: 'Costs more than a limit',
    fields: [
      { name: 'limit', label: 'Limit', help: 'In the currency of the prices', initial: '1' },
      {
        name: 'prices',
        label: 'Prices of its own',
        help: 'JSON, as the price list of the workspace; empty takes that list',
        initial: null,
      },
    ],
  },
};

const BOUNDS: Readonly<Record<NumberName, readonly [least: number, most: number, whole: boolean]>> = {
  limit_s: [0.001, 31_536_000, false],
  percent: [0, 10_000, false],
  runs: [1, 200, true],
  min_runs: [1, 200, true],
  more_than: [0, 1_000_000, true],
  risk_percent: [1, 100, false],
  limit: [0, 1e12, false],
};

/** Bounds that differ from kind to kind. */
function boundsOf(kind: Kind, name: NumberName): readonly [number, number, boolean] {
  if (name === 'percent' && kind === 'failure_rate') return [0, 99, false];
  if (name === 'percent') return [1, 10_000, false];
  if (name === 'runs' && kind === 'slower_than_usual') return [5, 100, true];
  return BOUNDS[name];
}

/** What a field must be, where a text is not that. */
function problemOf(text: string, [least, most, whole]: readonly [number, number, boolean]): string | null {
  const value = Number(text);
  const fits = text !== '' && Number.isFinite(value) && value >= least && value <= most;
  if (fits && (!whole || Number.isInteger(value))) return null;
  return `Expected ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}`;
}

/** A rule as the API takes it. */
export interface RuleBody {
  readonly name: string;
  readonly severity: Severity;
  readonly fire_after: number;
  readonly resolve_after: number;
  readonly channel_ids: readonly string[] | null;
  readonly config: Readonly<Record<string, unknown>>;
}

const IN_A_ROW: readonly [number, number, boolean] = [1, 50, true];

/** What a field holds that is no number; undefined for others. */
function otherValue(name: KindField['name'], given: string, problems: Map<string, string>): unknown {
  if (name === 'node' || name === 'baseline_id') return given === '' ? null : given;
  if (name === 'sustained') return given !== '';
  if (name !== 'prices') return undefined;
  if (given === '') return null;
  try {
    const value: unknown = JSON.parse(given);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  problems.set(name, 'Expected a JSON object');
  return null;
}

function configOf(kind: Kind, text: (name: string) => string, problems: Map<string, string>): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const { name, initial } of KINDS_OF_RULES[kind].fields) {
    const given = text(name).trim();
    if (name === 'node' || name === 'sustained' || name === 'prices' || name === 'baseline_id') {
      config[name] = otherValue(name, given, problems);
      continue;
    }
    if (given === '' && initial === null) {
      config[name] = null;
      continue;
    }
    const problem = problemOf(given, boundsOf(kind, name));
    if (problem !== null) problems.set(name, problem);
    else if (name === 'limit_s') config['limit_ms'] = Math.max(1, Number((Number(given) * 1000).toFixed(3)));
    else config[name] = Number(given);
  }
  const [runs, least] = [config['runs'], config['min_runs']];
  if (typeof runs === 'number' && typeof least === 'number' && least > runs) {
    problems.set('min_runs', 'Expected no more than the last runs');
  }
  return config;
}

/** Reads a filled-in form. @param text the text of a field; @param channelIds null for all */
export function readRuleForm(
  kind: Kind,
  text: (name: string) => string,
  channelIds: readonly string[] | null,
): { readonly body: RuleBody } | { readonly problems: ReadonlyMap<string, string> } {
  const problems = new Map<string, string>();
  const name = text('name').trim();
  if (name === '' || name.length > 200) problems.set('name', 'Expected a name of up to 200 characters');
  for (const field of ['fire_after', 'resolve_after']) {
    const problem = problemOf(text(field).trim(), IN_A_ROW);
    if (problem !== null) problems.set(field, problem);
  }
  const config = configOf(kind, text, problems);
  if (problems.size > 0) return { problems };
  const severity = SEVERITIES.find((known) => known === text('severity')) ?? 'medium';
  const [fireAfter, resolveAfter] = [Number(text('fire_after')), Number(text('resolve_after'))];
  return {
    body: { name, severity, fire_after: fireAfter, resolve_after: resolveAfter, channel_ids: channelIds, config },
  };
}

/** The text that a field begins with. */
export function fieldText(field: KindField, config: Readonly<Record<string, unknown>> | null): string {
  if (config === null) return field.initial ?? '';
  const value = field.name === 'limit_s' ? Number(config['limit_ms']) / 1000 : config[field.name];
  if (field.name === 'prices') return value === null ? '' : JSON.stringify(value, null, 2);
  if (field.name === 'sustained') return value === true ? 'on' : '';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function usualWords(config: Alert['config']): string {
  const reference = typeof config['baseline_id'] === 'string' ? 'its baseline' : `the ${String(config['runs'])} before`;
  return config['sustained'] === true ? `${reference}, and stays so` : reference;
}

/** What a limit is in: the currency of a rule's own prices, else whatever the workspace's are in. */
function currencyWords(prices: unknown): string {
  const isOwn = typeof prices === 'object' && prices !== null && 'currency' in prices;
  return isOwn ? String(prices.currency) : "by the workspace's prices";
}

/** What a rule looks for, in words. */
export function ruleWords({ kind, config }: Pick<Alert, 'kind' | 'config'>): string {
  const node = typeof config['node'] === 'string' ? `The node ${config['node']}` : 'A run';
  const limit = formatDuration(Number(config['limit_ms']) * 1000);
  switch (kind) {
    case 'duration_limit':
      return `${node} takes longer than ${limit}`;
    case 'slower_than_usual':
      return `${node} is ${String(config['percent'])}% slower than ${usualWords(config)}`;
    case 'cost':
      return `A run costs more than ${String(config['limit'])} ${currencyWords(config['prices'])}`;
    case 'failure_rate':
      if (config['percent'] === 0)
        return Number(config['runs']) === 1 ? 'A run fails' : `One of the last ${String(config['runs'])} runs fails`;
      return `More than ${String(config['percent'])}% of the last ${String(config['runs'])} runs fail`;
    case 'unexpected_retries':
      return `More than ${String(config['more_than'])} nodes retry or fail unexpectedly`;
    case 'deadline': {
      const risk = config['risk_percent'];
      return `A run is not done after ${limit}${typeof risk === 'number' ? `, or ${risk}% likely not to be` : ''}`;
    }
    default:
      return kind;
  }
}
