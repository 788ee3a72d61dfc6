import type { FlameChartHandle } from '@flowprof/flame';
import type { Trace } from '@flowprof/model';
import { useState, type RefObject } from 'react';
import { Icon } from '../components/Icon.tsx';
import { ActionMenu, MenuButton } from '../components/MenuButton.tsx';
import { useCommands } from '../shell/commands.ts';
import type { Stretch } from './urlState.ts';

const CHOICES = [
  { id: 'png', label: 'Save as PNG' },
  { id: 'svg', label: 'Save as SVG' },
  { id: 'link', label: 'Copy link to this view' },
  { id: 'table', label: 'Copy table of this view' },
] as const;
type Choice = (typeof CHOICES)[number]['id'];

/** How long what was done is said. Milliseconds. */
const SAID_MS = 4000;

/** A name that every file system takes. */
function fileName(title: string, kind: string): string {
  const plain = title
    .replaceAll(/[^\w.-]+/g, '-')
    .replaceAll(/^[-.]+|-+$/g, '')
    .slice(0, 80);
  return `${plain || 'flame-chart'}.${kind}`;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

interface PictureMenuProps {
  readonly chart: RefObject<FlameChartHandle | null>;
  readonly trace: Trace;
  readonly range: Stretch | null;
  /** Up to where spans that still run count, in microseconds. */
  readonly present: number;
  /** The address of exactly what is shown now. */
  readonly linkOf: () => string;
}

/** The part of the run in view; null where the chart has no clock. */
function timeInView(chart: FlameChartHandle | null): Stretch | null {
  return chart?.isClock() === true ? chart.viewport() : null;
}

/** What a picture of the chart is called. */
function titleOf({ execution }: Trace): string {
  return execution.workflow ?? (execution.name || 'Flame chart');
}

async function copy(text: string): Promise<void> {
  if (!isSecureContext) throw new Error('browsers copy only on pages with https, or of this computer');
  await navigator.clipboard.writeText(text);
}

/** Takes what is on the screen along: as a picture, a link, or a table. */
export function PictureMenu({ chart, trace, range, present, linkOf }: PictureMenuProps) {
  const [said, setSaid] = useState('');
  const say = (text: string) => {
    setSaid(text);
    setTimeout(() => setSaid(''), SAID_MS);
  };
  const take = async (choice: Choice): Promise<string> => {
    switch (choice) {
      case 'png':
      case 'svg': {
        if (!chart.current) return 'There is no picture yet';
        const title = titleOf(trace);
        const name = fileName(title, choice);
        save(await chart.current.toBlob({ kind: choice, title }), name);
        return `Saved as ${name}`;
      }
      case 'link':
        await copy(linkOf());
        return 'Link copied';
      case 'table':
        await copy((await import('./range/tableText.ts')).tableText(trace, range, timeInView(chart.current), present));
        return 'Table copied';
      default:
        return choice satisfies never;
    }
  };
  const run = (choice: Choice) => {
    take(choice).then(say, (error: unknown) =>
      say(`That failed: ${error instanceof Error ? error.message : 'unknown'}`),
    );
  };
  useCommands(() => CHOICES.map(({ id, label }) => ({ id, label, section: 'Flame chart', run: () => run(id) })));
  return (
    <>
      <output className="muted">{said}</output>
      <MenuButton
        className="icon-button"
        label="Picture, link and table"
        renderMenu={(open) => (
          <ActionMenu
            open={open}
            label="Picture, link and table"
            actions={CHOICES}
            onAction={(id) => {
              const choice = CHOICES.find((known) => known.id === id);
              if (choice) run(choice.id);
            }}
          />
        )}
      >
        <Icon name="download" />
      </MenuButton>
    </>
  );
}
