import { useState } from 'react';
import {
  Autocomplete,
  Collection,
  Dialog,
  Header,
  Input,
  Keyboard,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
  Text,
  useFilter,
} from 'react-aria-components';
import { useNavigate } from 'react-router';
import { useMayChange, useWorkspace } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { useHead } from '../executions/queries.ts';
import { workflowLabel } from '../executions/rows.ts';
import { commandsNow, groupedBy, type PageCommand } from './commands.ts';
import { PLACES } from './places.ts';
import { chooseTheme, THEME_CHOICES } from './theme.ts';

/** Where one can go from everywhere. */
function usePlaces(): PageCommand[] {
  const navigate = useNavigate();
  const mayChange = useMayChange();
  const go = (to: string) => () => void navigate(to);
  const places = [
    ...PLACES,
    { to: '/alerts', label: 'Alerts' },
    ...(mayChange ? [{ to: '/import', label: 'Import' }] : []),
  ];
  return [
    ...places.map(({ to, label }) => ({ id: `page ${to}`, label, section: 'Pages', run: go(to) })),
    ...THEME_CHOICES.map((choice) => ({
      id: `theme ${choice}`,
      label: choice === 'system' ? 'Theme of the device' : `${choice === 'dark' ? 'Dark' : 'Light'} theme`,
      section: 'Pages',
      run: () => chooseTheme(choice),
    })),
  ];
}

function useRecent(): PageCommand[] {
  const navigate = useNavigate();
  const workspace = useWorkspace();
  const id = workspace.data?.id;
  const { data } = useHead(id === undefined ? null : { workspace: id, workflow: null, query: '' }, false);
  const recent = data?.items ?? [];
  return recent.map((execution) => ({
    id: `execution ${execution.id}`,
    label: `${workflowLabel(execution)}${execution.number === null ? '' : ` #${execution.number}`} · ${execution.status}`,
    section: 'Recent executions',
    run: () => void navigate(`/executions/${encodeURIComponent(execution.id)}`),
  }));
}

interface Section {
  readonly name: string;
  readonly commands: readonly PageCommand[];
}

function sectionsOf(commands: readonly PageCommand[]): Section[] {
  return Array.from(
    groupedBy(commands, ({ section }) => section),
    ([name, of]) => ({ name, commands: of }),
  );
}

/** All that can be done: type a part of its name, choose with the arrows, do it with Enter. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const { contains } = useFilter({ sensitivity: 'base' });
  const [here] = useState(commandsNow);
  const commands = [...here, ...usePlaces(), ...useRecent()];
  const run = (id: string) => {
    onClose();
    commands.find((command) => command.id === id)?.run();
  };
  return (
    <ModalOverlay className="overlay overlay-top" isDismissable isOpen onOpenChange={(open) => !open && onClose()}>
      <Modal className="modal palette">
        <Dialog className="palette-dialog" aria-label="Commands">
          <Autocomplete filter={contains}>
            {/* The palette is opened to type. */}
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
            <SearchField className="search palette-search" aria-label="Find a command" autoFocus>
              <Icon name="search" />
              <Input className="search-input" placeholder="Type what you want to do or see" />
            </SearchField>
            <Menu
              className="menu palette-menu"
              aria-label="Commands"
              items={sectionsOf(commands)}
              onAction={(key) => run(String(key))}
              renderEmptyState={() => <p className="muted palette-empty">No command is called so.</p>}
            >
              {({ name, commands: of }) => (
                <MenuSection id={name}>
                  <Header className="palette-section">{name}</Header>
                  <Collection items={of}>
                    {({ id, label, keys }) => (
                      <MenuItem id={id} className="menu-item palette-item" textValue={label}>
                        <Text slot="label">
                          <bdi>{label}</bdi>
                        </Text>
                        {keys !== undefined && <Keyboard>{keys}</Keyboard>}
                      </MenuItem>
                    )}
                  </Collection>
                </MenuSection>
              )}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
