import { BINDINGS, type Command } from '@flowprof/flame';
import { groupedBy, type PageCommand } from '../shell/commands.ts';

/** What the keys of the chart do, each once, as commands of the palette. */
export function chartCommands(run: (command: Command) => void): PageCommand[] {
  const byWhat = groupedBy(BINDINGS, ({ does }) => does);
  return Array.from(byWhat, ([does, bindings]) => ({
    id: `chart ${does}`,
    label: does,
    section: 'Flame chart',
    keys: bindings.map(({ shown }) => shown).join(' or '),
    run: () => {
      const [first] = bindings;
      if (first) run(first.command);
    },
  }));
}
