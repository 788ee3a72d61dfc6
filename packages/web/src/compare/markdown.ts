import { words } from '../format/value.ts';
import { moveText, msText, partName, signedText, structureText } from './parts.ts';
import type { Comparison } from './types.ts';

/** So many parts are worth a line in an issue. */
const LINES = 15;

/** A text as it stands in Markdown, whatever it holds: names come from outside. */
function plain(text: string): string {
  return text
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]<>|#~]/gu, (sign) => `\\${sign}`)
    .slice(0, 300);
}

/** What names two executions in a text. */
export interface Titles {
  readonly base: string;
  readonly candidate: string;
  /** Where the comparison is to be seen. */
  readonly address: string;
}

/** A comparison as Markdown, to be pasted into an issue. */
export function markdownOf(comparison: Comparison, { base, candidate, address }: Titles): string {
  const { summary, makespan, parts, otherParts, structure, retries } = comparison;
  const row = (name: string, before: number, after: number, difference: number, move: string) =>
    `| ${plain(name)} | ${msText(before)} | ${msText(after)} | ${signedText(difference)} | ${plain(move)} |`;
  const left = parts.slice(LINES);
  const rest = { before: otherParts.before, after: otherParts.after, difference: otherParts.difference };
  for (const part of left) {
    rest.before += part.before;
    rest.after += part.after;
    rest.difference += part.difference;
  }
  const lines = [
    `**${plain(candidate)}** compared with **${plain(base)}**`,
    '',
    plain(summary),
    '',
    '| Part | Before | After | Difference | |',
    '|---|--:|--:|--:|---|',
    ...parts
      .slice(0, LINES)
      .map((part) => row(partName(part), part.before, part.after, part.difference, moveText(part))),
    row(`everything else (${otherParts.count + left.length})`, rest.before, rest.after, rest.difference, ''),
    row('makespan', makespan.before, makespan.after, makespan.difference, ''),
  ];
  if (retries.length > 0) {
    lines.push('', 'Retries:', '');
    for (const { name, attemptsBefore, attemptsAfter, cost } of retries.slice(0, LINES)) {
      lines.push(`- ${plain(name)}: ${attemptsBefore} → ${attemptsAfter} attempts, ${signedText(cost.difference)}`);
    }
  }
  if (structure.length > 0) {
    lines.push('', 'Structure:', '', ...structure.slice(0, LINES).map((change) => `- ${plain(structureText(change))}`));
  }
  return [...lines, '', `<${encodeURI(decodeURI(address))}>`, ''].join('\n');
}

/** The same as plain text, with a table of aligned columns. */
export function textOf(
  { summary, parts, otherParts, makespan }: Comparison,
  { base, candidate, address }: Titles,
): string {
  const rows = [
    ...parts.slice(0, LINES).map((part) => [partName(part), part.before, part.after, part.difference] as const),
    [
      `${words('everything else')} (${otherParts.count})`,
      otherParts.before,
      otherParts.after,
      otherParts.difference,
    ] as const,
    ['makespan', makespan.before, makespan.after, makespan.difference] as const,
  ].map(([name, before, after, difference]) => [
    name.slice(0, 80),
    msText(before),
    msText(after),
    signedText(difference),
  ]);
  const widths = [0, 1, 2, 3].map((at) => rows.reduce((most, row) => Math.max(most, row[at]?.length ?? 0), 0));
  const lines = rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
  );
  return [`before  ${base}`, `after   ${candidate}`, '', summary, '', ...lines, '', address, ''].join('\n');
}
