import type { Profile } from '@flowprof/model';

import { count, countOf } from './quantity.ts';
import type { Style } from './style.ts';

const MAX_NODES = 3;
const MAX_UNPRICED = 5;

/** An amount with its currency, to the fourth digit that counts. */
function money(amount: number, currency: string): string {
  const digits = amount >= 1 || amount === 0 ? 2 : Math.min(9, 3 - Math.floor(Math.log10(amount)));
  return `${amount.toFixed(digits)} ${currency}`;
}

/** What the execution costs, where prices or calls of models are known. */
export function costLines({ cost }: Profile, style: Style): string[] {
  if (cost === null) return [];
  const currency = style.clean(cost.currency ?? '', 10);
  const { total, runtime, tokens: ofTokens, failed_attempts: failed } = cost.cost;
  const { input, cached_input: cached, output } = cost.tokens;
  const dot = ` ${style.glyph.dot} `;
  const parts = [
    ...(total === null ? [] : [style.bold(money(total, currency))]),
    ...(runtime === null || ofTokens === null
      ? []
      : [`run time ${money(runtime, currency)}`, `tokens ${money(ofTokens, currency)}`]),
    ...(failed === null || failed === 0 ? [] : [`of it failed attempts ${money(failed, currency)}`]),
  ];
  const calls = cost.models.reduce((sum, model) => sum + model.calls, 0);
  const told = `${countOf(calls, 'call')} of models${dot}${count(input)} tokens in${cached === 0 ? '' : ` (${count(cached)} cached)`}${dot}${count(output)} out`;
  const nodes = cost.nodes.filter((node) => (node.cost.total ?? 0) > 0).slice(0, MAX_NODES);
  const dearest = nodes.map(({ name, cost: own }) => `${style.clean(name, 24)} ${money(own.total ?? 0, currency)}`);
  const unpriced = [...cost.unpriced.node_types.map((type) => type ?? 'spans without nodes'), ...cost.unpriced.models];
  const named = unpriced.slice(0, MAX_UNPRICED).join(', ');
  const more = unpriced.length > MAX_UNPRICED ? `, and ${unpriced.length - MAX_UNPRICED} more` : '';
  return [
    style.heading('Cost'),
    ...(parts.length === 0 ? [] : [`  ${parts.join(dot)}`]),
    ...(nodes.length < 2 ? [] : [`  ${style.dim('most for')} ${dearest.join(dot)}`]),
    ...(calls === 0 ? [] : [`  ${told}`]),
    ...(unpriced.length === 0
      ? []
      : [`  ${style.dim(style.clean(`no price for ${named}${more}`, style.columns - 4))}`]),
  ];
}
